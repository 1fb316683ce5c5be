import type { Log } from "./log.ts";

/** Closes a process that was asked to end, once, in the order `close` says; it ends when nothing keeps it alive. */
export function closeOnSignal(log: Pick<Log, "info">, close: () => Promise<void>): void {
  let closing = false;
  const end = async (signal: string) => {
    if (closing) return;
    closing = true;
    log.info("closing", { signal });
    await close();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void end(signal));
}
