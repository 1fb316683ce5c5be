import { runCommand, secondsSince } from "./command.ts";
import { bringUp } from "./start/bring-up.ts";
import { readStartConfig } from "./start/config.ts";
import { stopSignal } from "./start/stop-signal.ts";

/** Starts everything, runs the demo firms' month end and stays up; `--once` ends after the month end. */
async function start(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const once = args.includes("--once");
  const undo: (() => Promise<void>)[] = [];
  const stopped = stopSignal();
  try {
    const rising = bringUp({ config: readStartConfig(process.env), serving: !once, undo });
    rising.catch(() => {}); // Awaited below; what fails after the stop fails because of it.
    const up = await Promise.race([stopped, rising]);
    if (!up || once) return 0;
    console.log(`Ready in ${secondsSince(began)}. Ctrl-C stops everything and keeps the data.`);
    const fault = await Promise.race([stopped, up.died]);
    if (fault === undefined) return 0;
    console.error(fault);
    return 1;
  } finally {
    for (const undoStep of undo.toReversed()) await undoStep();
    if (undo.length > 0) console.log("Stopped");
  }
}

await runCommand(start);
