import { randomBytes } from "node:crypto";
import type { Id } from "@plumbline/domain/id";

const randomPoolBytes = 16 * 1024;
const tailBytes = 8;
const sequenceMax = 0xfff;

let pool = Buffer.alloc(0);
let poolOffset = 0;
let lastMs = 0;
let sequence = 0;
let prefix = "";

/**
 * A UUIDv7 (RFC 9562): milliseconds, a counter that keeps ids of one millisecond in order, and 62 random bits.
 * Ordered ids append to the primary key's index instead of scattering over it. Never goes back, even if the clock does.
 */
export function newId<Kind extends string>(): Id<Kind> {
  const now = Date.now();
  if (now > lastMs) startMillisecond(now);
  else if (sequence < sequenceMax) sequence += 1;
  else startMillisecond(lastMs + 1);

  if (poolOffset + tailBytes > pool.length) {
    pool = randomBytes(randomPoolBytes);
    poolOffset = 0;
  }
  const variant = (pool[poolOffset] as number) & 0x3f;
  pool[poolOffset] = variant | 0x80;
  const tail = pool.toString("hex", poolOffset, poolOffset + tailBytes);
  poolOffset += tailBytes;
  return `${prefix}-7${sequence.toString(16).padStart(3, "0")}-${tail.slice(0, 4)}-${tail.slice(4)}` as Id<Kind>;
}

function startMillisecond(ms: number): void {
  lastMs = ms;
  sequence = 0;
  const hex = ms.toString(16).padStart(12, "0");
  prefix = `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
