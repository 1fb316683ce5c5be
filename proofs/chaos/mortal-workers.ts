import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Failpoint } from "./failpoints.ts";
import type { Doom, WorkerSettings } from "./message.ts";

export type MortalWorkers = {
  /** Lets one of them die when it next gets to that point, which may be soon or never; the last word holds. */
  readonly doom: (slot: number, failpoint: Failpoint) => void;
  /** Ends one of them wherever it is. */
  readonly kill: (slot: number) => void;
  /** How many died where. */
  readonly deaths: ReadonlyMap<Death, number>;
  readonly close: () => Promise<void>;
};

export type Death = Failpoint | "wherever it was" | "by itself";
const workerFile = join(import.meta.dirname, "mortal-worker.ts");

/**
 * Worker processes that take what the queue brings them. One that is made to die is replaced, and nobody tells the next what it did.
 *
 * @param died called before the next one starts
 */
export async function startMortalWorkers(
  count: number,
  settings: WorkerSettings,
  died: () => Promise<void>,
): Promise<MortalWorkers> {
  const deaths = new Map<Death, number>();
  const workers: ChildProcess[] = [];
  const doomed = new Map<number, Failpoint>();
  let closing = false;

  const start = async (slot: number): Promise<void> => {
    const worker = fork(workerFile, [JSON.stringify(settings)], {
      env: { PATH: process.env["PATH"] },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    workers[slot] = worker;
    worker.once("exit", (code) => {
      if (closing) return;
      const death: Death = code === null ? (doomed.get(slot) ?? "wherever it was") : "by itself";
      deaths.set(death, (deaths.get(death) ?? 0) + 1);
      doomed.delete(slot);
      if (death !== "by itself") void died().then(() => start(slot));
    });
    await new Promise((resolve) => worker.once("message", resolve));
  };
  await Promise.all(Array.from({ length: count }, (_, slot) => start(slot)));

  return {
    doom: (slot, failpoint) => {
      const worker = workers[slot];
      if (worker?.connected !== true) return;
      doomed.set(slot, failpoint);
      // It may be dying of something else at this moment.
      worker.send({ failpoint } satisfies Doom, () => undefined);
    },
    kill: (slot) => {
      doomed.delete(slot);
      workers[slot]?.kill("SIGKILL");
    },
    deaths,
    close: async () => {
      closing = true;
      await Promise.all(workers.map(end));
    },
  };
}

async function end(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  worker.kill("SIGKILL");
  await ended;
}
