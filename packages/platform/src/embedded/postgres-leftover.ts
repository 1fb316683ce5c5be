import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How long each signal may take: a shutdown with a checkpoint, one without, and the end of patience. */
const patience = [
  ["SIGINT", 30_000],
  ["SIGQUIT", 10_000],
  ["SIGKILL", 5_000],
] as const;

/**
 * Clears the way after a run that could not clean up: a server that is still up is stopped, and a pid file whose number
 * now belongs to some other process is removed. The caller holds the state folder, so nobody is using that server.
 */
export async function stopLeftover(data: string, say: (line: string) => void): Promise<void> {
  const pidFile = join(data, "postmaster.pid");
  const pid = Number((await readFile(pidFile, "utf8").catch(() => "")).split("\n")[0]);
  if (!pid || !isAlive(pid)) return; // PostgreSQL itself copes with a pid file of a dead server.

  if (!(await commandLine(pid)).includes(data)) {
    await rm(pidFile, { force: true });
    return;
  }
  say(`A PostgreSQL of an interrupted run is still up (process ${pid}); stopping it`);
  for (const [signal, limitMs] of patience) {
    process.kill(pid, signal);
    const until = performance.now() + limitMs;
    while (performance.now() < until) {
      if (!isAlive(pid)) return;
      await sleep(50);
    }
  }
}

/** Whether any process, ours or not, has this number now. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function commandLine(pid: number): Promise<string> {
  const proc = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  if (proc !== undefined) return proc.replaceAll("\0", " ");
  return run("ps", ["-o", "command=", "-p", String(pid)]).then(
    ({ stdout }) => stdout,
    () => "",
  );
}
