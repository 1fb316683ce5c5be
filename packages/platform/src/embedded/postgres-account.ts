import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, lstat, mkdir, readFile, readlink, rename, rm, rmdir, stat, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { privateFolder } from "../state-folder.ts";
import { postgresVersion, unusable } from "./postgres-binaries.ts";

const run = promisify(execFile);

/** Under which account PostgreSQL runs, and where that account finds its binaries and its data. */
export type Arrangement = {
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Put before every command line. */
  readonly prefix: readonly string[];
  readonly binaries: string;
  readonly data: string;
  readonly version: string;
};

/**
 * PostgreSQL refuses to run as root, so root has to lend it another account, and that account must reach binaries and
 * data. Root's own home usually lets nobody through: what cannot be reached moves to `/var/lib/plumbline`, with a link
 * left behind. Where accounts cannot be switched at all (some containers), a user namespace plays the other account.
 */
export async function arrangePostgres(home: string, packaged: string): Promise<Arrangement> {
  const link = join(home, "data");
  if (process.geteuid?.() !== 0) return checked({ prefix: [], binaries: packaged, data: link });

  for (const name of ["postgres", "nobody"]) {
    const user = await account(name);
    if (!user || !(await allows(["true"], user))) continue;
    const binaries = await reachableBinaries(packaged, user);
    const arrangement = await checked({ user, prefix: [], binaries, data: await reachableData(link, user) });
    await give(arrangement.data, user);
    return arrangement;
  }

  const namespace = ["unshare", "--user", "--map-user=nobody", "--map-group=nogroup"];
  if (!(await allows([...namespace, "true"]))) {
    throw unusable("it does not run as root, and this machine lets root switch to no other account");
  }
  const arrangement = await checked({ prefix: namespace, binaries: packaged, data: await target(link) });
  await give(arrangement.data, { uid: 0, gid: 0 });
  return arrangement;
}

/** Removes a cluster, also when root's arrangement put it elsewhere. */
export async function removePostgres(home: string): Promise<void> {
  const link = join(home, "data");
  const data = await target(link);
  await rm(data, { recursive: true, force: true });
  // Only when it was made for these data alone, and so is empty now.
  if (data !== link) await rmdir(dirname(data)).catch(() => {});
  await rm(home, { recursive: true, force: true });
}

async function checked(arrangement: Omit<Arrangement, "version">): Promise<Arrangement> {
  const version = await postgresVersion(arrangement.binaries, arrangement);
  if (!version) throw unusable(`${join(arrangement.binaries, "bin", "postgres")} does not run on this system`);
  return { ...arrangement, version };
}

async function account(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all(["-u", "-g"].map((flag) => run("id", [flag, name])));
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
  } catch {
    return undefined;
  }
}

async function allows([command = "", ...args]: readonly string[], user?: { uid: number; gid: number }) {
  try {
    await run(command, args, { cwd: "/", ...user });
    return true;
  } catch {
    return false;
  }
}

const reaches = (folder: string, user: { uid: number; gid: number }) =>
  allows(["sh", "-c", 'cd "$1"', "sh", folder], user);

async function reachableBinaries(packaged: string, user: { uid: number; gid: number }): Promise<string> {
  if (await postgresVersion(packaged, { prefix: [], user })) return packaged;
  const { version } = JSON.parse(await readFile(join(packaged, "..", "package.json"), "utf8")) as { version: string };
  // The name changes with the package, so an update never runs the old copy.
  const copy = join(await outside(user), `postgresql-${version}`);
  if (await postgresVersion(copy, { prefix: [], user })) return copy;
  const draft = `${copy}.${randomBytes(4).toString("hex")}`;
  await cp(packaged, draft, { recursive: true, verbatimSymlinks: true });
  await run("chmod", ["-R", "a+rX", draft]);
  await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true })); // Somebody else was faster.
  return copy;
}

async function reachableData(link: string, user: { uid: number; gid: number }): Promise<string> {
  const current = await target(link);
  if (current !== link || (await reaches(dirname(link), user))) return current;
  const home = join(await outside(user), randomBytes(8).toString("hex"));
  await privateFolder(home);
  const data = join(home, basename(link));
  // Data from a time when the folder could be reached moves along.
  await rename(link, data).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "EXDEV") await cp(link, data, { recursive: true, preserveTimestamps: true });
    else if (error.code !== "ENOENT") throw error;
  });
  await rm(link, { recursive: true, force: true });
  await symlink(data, link);
  return data;
}

/** Where the data really is: the link's target, or the place itself. */
const target = (link: string) => readlink(link).catch(() => link);

/** A folder of root's that every account may pass through and none may list or write. */
async function outside(user: { uid: number; gid: number }): Promise<string> {
  for (const base of ["/var/lib", "/var/tmp"]) {
    const folder = join(base, "plumbline");
    const made = await mkdir(folder, { mode: 0o711 }).then(
      () => true,
      () => false,
    );
    if (made) await run("chmod", ["0711", folder]);
    const found = await lstat(folder).catch(() => undefined);
    // In /var/tmp somebody may have put the name there before us.
    if (found?.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0 && (await reaches(folder, user)))
      return folder;
  }
  throw unusable("it does not run as root, and neither /var/lib nor /var/tmp can hold its files for another account");
}

async function give(data: string, owner: { uid: number; gid: number }): Promise<void> {
  const found = await stat(data).catch(() => undefined);
  if (found && found.uid !== owner.uid) await run("chown", ["-R", "-h", `${owner.uid}:${owner.gid}`, data]);
}
