import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId } from "@plumbline/domain/id";
import type { WorkRef } from "@plumbline/domain/worklog/work-ref";
import { hoursText } from "./hours-text.ts";

/** The hours of one period, and what is left of them. */
export type Bucket = {
  readonly id: string;
  readonly engagementId: EngagementId;
  readonly startsOn: LocalDate;
  /** First day after its own period, and first whose time it no longer covers; absent when there is none. */
  readonly endsOn: LocalDate | undefined;
  readonly expiresOn: LocalDate | undefined;
  readonly minutes: number;
  readonly remaining: number;
  /** What of it may still cover time after its own period. */
  readonly carryRemaining: number;
};

/** Time with what increments made of it: that is what the client bought, and what is drawn. */
export type BucketTime = {
  readonly entry: WorkRef & { readonly engagementId: EngagementId; readonly workedOn: LocalDate };
  readonly billedMinutes: number;
};

/** A part of an entry that a bucket covers. */
export type Drawn = {
  /** With the source minutes that are covered. */
  readonly work: WorkRef;
  readonly engagementId: EngagementId;
  /** Whether it is not all that was left of the entry. */
  readonly divided: boolean;
  readonly bucket: Bucket;
  /** Drawn from the bucket. */
  readonly minutes: number;
  readonly carried: boolean;
  readonly reason: string;
};

type Left = { remaining: number; carryRemaining: number };

/**
 * Covers time with the hours that were bought, oldest bucket first, in the order of the work dates. Where they end within
 * an entry it is split to the minute. What an increment added is covered after what was worked, and given up where
 * nothing that was worked is left.
 */
export function drawFromBuckets<Time extends BucketTime>(
  times: readonly Time[],
  buckets: ReadonlyMap<EngagementId, readonly Bucket[]>,
): { readonly drawn: readonly Drawn[]; readonly rest: readonly (Time & { readonly beyond: boolean })[] } {
  const left = new Map<Bucket, Left>();
  const drawn: Drawn[] = [];
  const rest: (Time & { readonly beyond: boolean })[] = [];
  for (const time of times.toSorted(byDay)) {
    const open = usable(buckets.get(time.entry.engagementId) ?? [], time.entry.workedOn);
    const covered = open.length === 0 ? [] : cover(time, open, left);
    const minutes = time.entry.minutes - covered.reduce((sum, { work }) => sum + work.minutes, 0);
    const divided = covered.length > 1 || (covered.length === 1 && minutes > 0);
    drawn.push(...covered.map((part) => ({ ...part, divided })));
    if (minutes === 0) continue;
    const billedMinutes = time.billedMinutes - covered.reduce((sum, part) => sum + part.minutes, 0);
    const entry = { ...time.entry, minutes, share: time.entry.share + covered.length };
    rest.push({ ...time, entry, billedMinutes, beyond: open.length > 0 });
  }
  return { drawn, rest };
}

const byDay = ({ entry: left }: BucketTime, { entry: right }: BucketTime): number =>
  left.workedOn < right.workedOn || (left.workedOn === right.workedOn && left.id < right.id) ? -1 : 1;

const usable = (buckets: readonly Bucket[], on: LocalDate): Bucket[] =>
  buckets
    .filter(({ startsOn, expiresOn }) => startsOn <= on && (expiresOn === undefined || on < expiresOn))
    .toSorted((left, right) => (left.startsOn < right.startsOn ? -1 : 1));

function cover(time: BucketTime, open: readonly Bucket[], left: Map<Bucket, Left>): Omit<Drawn, "divided">[] {
  const { entry } = time;
  const parts: Omit<Drawn, "divided">[] = [];
  let [worked, billed] = [entry.minutes, time.billedMinutes];
  for (const bucket of open) {
    const room = left.get(bucket) ?? { remaining: bucket.remaining, carryRemaining: bucket.carryRemaining };
    const carried = bucket.endsOn !== undefined && entry.workedOn >= bucket.endsOn;
    const minutes = Math.min(billed, room.remaining, carried ? room.carryRemaining : room.remaining);
    if (minutes <= 0 || worked === 0) continue;
    const source = Math.min(worked, minutes);
    room.remaining -= minutes;
    if (carried) room.carryRemaining -= minutes;
    left.set(bucket, room);
    parts.push({
      work: { id: entry.id, version: entry.version, minutes: source, share: entry.share + parts.length },
      engagementId: entry.engagementId,
      bucket,
      minutes,
      carried,
      reason: reasonOf(bucket, { minutes, carried, remaining: room.remaining }),
    });
    worked -= source;
    billed -= minutes;
  }
  return parts;
}

const reasonOf = (
  { startsOn, minutes: bought }: Bucket,
  drawn: { readonly minutes: number; readonly carried: boolean; readonly remaining: number },
): string =>
  `the ${hoursText(bought)} bought from ${startsOn} cover it${drawn.carried ? ", carried over" : ""}: ${hoursText(drawn.minutes)} drawn, ${hoursText(drawn.remaining)} remain`;
