import { setTimeout as sleep } from "node:timers/promises";
import type { Chaos } from "../chaos/chaos-runner.ts";
import { failpoints } from "../chaos/failpoints.ts";
import { seededRandom } from "../seeded-random.ts";

/** Beside so many operations a worker dies somewhere in what the queue brought it, or wherever it is. */
const workerDeathEvery = 30;
const workerDeathsMax = 500;
/** Beside which parts of all operations the queue's server dies, and forgets everything. */
const queueDeaths = [1 / 3, 2 / 3] as const;
const pollMs = 20;

/** Beside the operations, as they go on: workers die, and so does the queue. */
export async function endWhatServes(
  { chaos, count }: { readonly chaos: Chaos; readonly count: { readonly asked: number } },
  { operations, workers, seed }: { readonly operations: number; readonly workers: number; readonly seed: number },
): Promise<void> {
  const random = seededRandom(seed + 4);
  const deaths = Math.min(Math.ceil(operations / workerDeathEvery), workerDeathsMax);
  const faults = [
    ...queueDeaths.map((part) => ({ at: part * operations, strike: chaos.killQueue })),
    ...Array.from({ length: deaths }, () => {
      const slot = Math.floor(random() * workers);
      const point = failpoints[Math.floor(random() * failpoints.length * 1.5)];
      const strike = async () => (point === undefined ? chaos.workers.kill(slot) : chaos.workers.doom(slot, point));
      return { at: random() * operations, strike };
    }),
  ].toSorted((left, right) => left.at - right.at);
  for (const { at, strike } of faults) {
    while (count.asked < at) await sleep(pollMs, undefined, { ref: false });
    await strike();
  }
}
