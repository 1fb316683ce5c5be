import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { advice } from "./advice.ts";

/** Everything this user's Plumbline keeps between runs: the database, the keys, the documents. One process at a time. */
export type StateFolder = {
  readonly path: string;
  /** Gives the folder back. Harmless when called twice. */
  readonly release: () => Promise<void>;
};

/** Where the state lives when nobody says otherwise, root included. */
export function stateFolderPath(environment: {
  readonly PLUMBLINE_HOME?: string | undefined;
  readonly XDG_STATE_HOME?: string | undefined;
}): string {
  if (environment.PLUMBLINE_HOME) return resolve(environment.PLUMBLINE_HOME);
  return join(environment.XDG_STATE_HOME || join(homedir(), ".local", "state"), "plumbline");
}

/**
 * Creates the folder if need be and locks it, so that two starts never share one database.
 *
 * @throws advice when the folder cannot be written or another process holds it
 */
export async function openStateFolder(path: string): Promise<StateFolder> {
  await privateFolder(path);
  const lock = join(path, "lock");
  await acquire(lock, path);
  let held = true;
  return {
    path,
    async release() {
      if (held) await rm(lock, { force: true });
      held = false;
    },
  };
}

/**
 * Creates a folder that others cannot look into. As root they may pass through it, because PostgreSQL refuses to run
 * as root and its own account must reach the data inside; every file with a secret is 0600 by itself.
 */
export async function privateFolder(path: string): Promise<void> {
  const mode = process.geteuid?.() === 0 ? 0o711 : 0o700;
  try {
    const created = await mkdir(path, { recursive: true, mode });
    if (created !== undefined) await chmod(path, mode); // mkdir's mode is cut by the umask.
    await writeFile(join(path, ".writable"), "");
    await rm(join(path, ".writable"));
  } catch (error) {
    throw advice(
      `Plumbline cannot write to its state folder ${path} (${(error as NodeJS.ErrnoException).code}). ` +
        "Make it writable, or set PLUMBLINE_HOME to a folder of yours.",
      error,
    );
  }
}

const randomSecret = () => randomBytes(32).toString("hex");

/** Reads a secret, or makes one on first use: 64 hexadecimal digits, which fit into any address unescaped. */
export async function readOrCreateSecret(path: string, make: () => string = randomSecret): Promise<string> {
  const fresh = make();
  // Written beside and linked into place: a reader sees the whole secret or none, and two writers agree on the first.
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(draft, `${fresh}\n`, { mode: 0o600, flag: "wx" });
    await link(draft, path);
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const secret = (await readFile(path, "utf8")).trim();
  if (secret === "") {
    throw advice(`The secret in ${path} is empty. Restore it from a backup; a new one would not fit the data.`);
  }
  return secret;
}

const attemptsMax = 5;

async function acquire(lock: string, folder: string): Promise<void> {
  const draft = `${lock}.${process.pid}`;
  await writeFile(draft, JSON.stringify({ pid: process.pid, started: await startedAt(process.pid) }));
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      try {
        await link(draft, lock);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      await clearStale(lock, folder);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw advice(`Several commands are starting on ${folder} at once. Run one of them at a time.`);
}

/** Removes a lock whose process is gone. @throws advice when the process is alive */
async function clearStale(lock: string, folder: string): Promise<void> {
  const text = await readFile(lock, "utf8").catch(() => undefined);
  if (text === undefined) return; // Released in between.
  const holder = readHolder(text);
  if (holder && (await startedAt(holder.pid)) === holder.started) {
    throw advice(
      `Plumbline is already running on ${folder} (process ${holder.pid}). ` +
        `Stop that one (kill ${holder.pid}), or set PLUMBLINE_HOME to another folder to run a second one.`,
    );
  }
  // Moved away first, so that of two commands clearing the same stale lock neither removes the other's fresh one.
  const aside = `${lock}.stale.${process.pid}`;
  await rename(lock, aside).catch(() => undefined);
  if ((await readFile(aside, "utf8").catch(() => text)) !== text) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
}

function readHolder(text: string): { pid: number; started: string } | undefined {
  try {
    const holder = JSON.parse(text) as { pid?: unknown; started?: unknown };
    if (typeof holder.pid === "number" && typeof holder.started === "string")
      return { pid: holder.pid, started: holder.started };
  } catch {
    // A torn file after a power cut: nobody holds it.
  }
  return undefined;
}

/** When a process started, so that a reused process number is not taken for the old holder. "" when it is not alive. */
async function startedAt(pid: number): Promise<string> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return "";
  }
  const file = await open(`/proc/${pid}/stat`).catch(() => undefined);
  if (!file) return "alive"; // No /proc on this system: being alive has to do.
  try {
    const text = await file.readFile("utf8");
    // The second field may contain spaces and brackets, so count from its end; the start time is field 22.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "alive";
  } finally {
    await file.close();
  }
}
