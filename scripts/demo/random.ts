/** Draws from one stream of numbers; the same parts always give the same stream. */
export type Random = {
  /** 0 ≤ number < 1. */
  next(): number;
  chance(probability: number): boolean;
  /** A whole number of the closed range. */
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  weighted<T>(from: readonly (readonly [value: T, weight: number])[]): T;
};

/**
 * A stream named by its parts, such as seed, worker and week. Every decision has a stream of its own, so that a row does
 * not depend on how many rows were made before it.
 */
export function randomFor(...parts: readonly (string | number)[]): Random {
  const next = mulberry32(fnv1a(parts.join("\u001F")));
  const pick = <T>(from: readonly T[]): T => {
    if (from.length === 0) throw new RangeError("nothing to pick from");
    return from[Math.floor(next() * from.length)] as T;
  };
  return {
    next,
    chance: (probability) => next() < probability,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick,
    weighted: (from) => {
      const total = from.reduce((sum, [, weight]) => sum + weight, 0);
      let left = next() * total;
      const found = from.find(([, weight]) => (left -= weight) < 0) ?? from.at(-1);
      if (!found) throw new RangeError("nothing to pick from");
      return found[0];
    },
  };
}

// Small, fast and good enough for demo data; the numbers are the same on every machine.
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
