import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export type OwnedChild = {
  readonly pid: number;
  /** False as soon as the process has ended, whoever ended it. */
  readonly alive: () => boolean;
  /** Resolves when the process ends, with its exit code or signal in words. */
  readonly ended: Promise<string>;
  /** Asks politely, then less politely; resolves when the process is gone. */
  readonly stop: () => Promise<void>;
};

/** What every child gets: nothing of ours leaks into it, no secrets, no language that would change its messages. */
export const bareEnvironment = { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

type Order = {
  readonly command: readonly string[];
  /** Added to the bare environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Receives standard output and error. A file and not a pipe, so that a busy event loop never blocks the server. */
  readonly logFd: number;
  /** First the polite signal, then what follows when it is not heeded within `patienceMs`. */
  readonly signals: readonly [NodeJS.Signals, ...NodeJS.Signals[]];
  readonly patienceMs: number;
};

/**
 * Waits for the end of standard input, which only this process holds, and then passes the polite signal on. That is how
 * the server ends even when we are killed with -9 and can clean up nothing. A line instead of the end means: already done.
 * The inner subshell is orphaned on purpose, because PostgreSQL is surprised by children it did not start.
 */
const guard = `signal=$1; shift
exec 3<&0 </dev/null
( { read -r line <&3 || kill -s "$signal" $$; } >/dev/null 2>&1 & )
exec 3<&-
exec "$@"`;

/**
 * Starts a server that lives exactly as long as we do. It gets a session of its own, so the terminal's Ctrl-C reaches
 * us alone and the server stays up until the last query of our own shutdown is done.
 */
export function startOwnedChild(order: Order): OwnedChild {
  const polite = order.signals[0].replace("SIG", "");
  const child = spawn("/bin/sh", ["-c", guard, "sh", polite, ...order.command], {
    detached: true,
    env: { ...bareEnvironment, ...order.environment },
    cwd: "/",
    stdio: ["pipe", order.logFd, order.logFd],
    ...order.user,
  });
  // Neither keeps our own process from ending; the guard then ends the server.
  child.unref();
  const leash = child.stdin as unknown as import("node:net").Socket;
  leash.unref();
  leash.on("error", () => {}); // The guard may be gone before it hears that all is done.

  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => {
      leash.end("done\n");
      resolve(signal ? `ended by ${signal}` : `exit code ${code}`);
    });
  });

  const alive = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    alive,
    ended,
    stop: () => stop(child, alive, order),
  };
}

async function stop(child: ChildProcess, alive: () => boolean, order: Order): Promise<void> {
  child.ref();
  for (const signal of [...order.signals, "SIGKILL"] as const) {
    if (!alive()) return;
    const exited = once(child, "exit");
    child.kill(signal);
    const timer = new AbortController();
    const patience = new Promise((resolve) => {
      const timeout = setTimeout(resolve, order.patienceMs);
      timer.signal.addEventListener("abort", () => clearTimeout(timeout));
    });
    await Promise.race([exited, patience]);
    timer.abort();
  }
}
