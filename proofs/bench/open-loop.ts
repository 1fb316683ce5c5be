import { setTimeout as sleep } from "node:timers/promises";

/** Something to do at a set time, and what it is called. */
export type Shot = { readonly name: string; readonly fire: () => Promise<unknown> };

export type Latencies = ReadonlyMap<string, readonly number[]>;

/**
 * Fires at times that are set beforehand, whether or not what came before is over, and counts from the time set: whoever
 * has to wait for a slow one is counted as waiting.
 */
export async function fireOpenLoop(shots: readonly Shot[], perSecond: number): Promise<Latencies> {
  const latencies = new Map<string, number[]>();
  const began = performance.now();
  const running: Promise<void>[] = [];
  for (const [index, { name, fire }] of shots.entries()) {
    const due = began + (index * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    const counted = async () => {
      await fire();
      const of = latencies.get(name) ?? [];
      of.push(performance.now() - due);
      latencies.set(name, of);
    };
    running.push(counted());
  }
  await Promise.all(running);
  return latencies;
}

/** How many a second are answered when the next is asked as soon as one is answered. */
export async function saturate(
  nextShot: () => Shot,
  options: { readonly ms: number; readonly callers: number },
): Promise<number> {
  const until = performance.now() + options.ms;
  let done = 0;
  const caller = async () => {
    while (performance.now() < until) {
      await nextShot().fire();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: options.callers }, caller));
  return done / (options.ms / 1000);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
