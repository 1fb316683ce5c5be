import { execFile } from "node:child_process";
import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { advice } from "../advice.ts";
import { bareEnvironment } from "./owned-child.ts";
import type { Arrangement } from "./postgres-account.ts";

const run = promisify(execFile);

/**
 * Creates the cluster on first use, and refuses one that this server cannot read.
 *
 * @throws advice when the data are of another major version or cannot be created
 */
export async function prepareCluster(
  { data, binaries, prefix, user, version }: Arrangement,
  {
    password,
    durable,
    say,
  }: { readonly password: string; readonly durable: boolean; readonly say: (line: string) => void },
): Promise<void> {
  const found = (await readFile(join(data, "PG_VERSION"), "utf8").catch(() => "")).trim();
  const major = version.split(".")[0];
  if (found === major) return;
  if (found !== "") {
    throw advice(
      `The data in ${data} were written by PostgreSQL ${found}, and this Plumbline brings PostgreSQL ${major}. ` +
        "Go back to the Plumbline that wrote them, or serve them from a PostgreSQL of that version and set DATABASE_URL " +
        "to it; `npm run db:reset` deletes them and starts afresh.",
    );
  }

  say("Creating the database cluster (once, a few seconds)");
  // Made beside and renamed when complete: an interrupted initdb leaves nothing that looks like a cluster.
  const draft = `${data}.new`;
  const passwordFile = `${data}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) await Promise.all([draft, passwordFile].map((path) => chown(path, user.uid, user.gid)));
  // The built-in provider sorts by code point, the same on every machine, whatever its C library.
  const flags = [
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
  ];
  const initdb = join(binaries, "bin", "initdb");
  const [command = "", ...args]: readonly string[] = [
    ...prefix,
    initdb,
    `--pgdata=${draft}`,
    "--username=postgres",
    "--auth=scram-sha-256",
    `--pwfile=${passwordFile}`,
    ...flags,
    ...(durable ? [] : ["--no-sync"]),
  ];
  try {
    await run(command, args, { cwd: "/", env: bareEnvironment, ...user });
  } catch (error) {
    throw advice(`PostgreSQL could not create its cluster: ${(error as { stderr?: string }).stderr?.trim()}`, error);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, data);
}
