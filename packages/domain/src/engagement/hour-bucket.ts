import { addMonths, type LocalDate } from "@plumbline/domain/calendar/local-date";

/** Hours that a client buys ahead for each period, at a price for all of them. Amounts are text: terms are JSON. */
export type HourBucket = {
  readonly minutes: number;
  /** Minor units of the engagement's currency. */
  readonly priceMinor: string;
  readonly every: BucketRhythm;
  /** First day of the first period. */
  readonly startsOn: LocalDate;
  /** First day that no period covers any more; goes on when absent. */
  readonly until?: LocalDate;
  /** What of a period's hours may cover time after it: all, or at most so many minutes. Nothing when absent. */
  readonly rollover?: "all" | { readonly minutesMax: number };
  /** For how many periods after its own it may; for ever when absent. */
  readonly expiresAfterPeriods?: number;
  /** First day whose time is not covered any more, whatever is left. */
  readonly expiresOn?: LocalDate;
  /** Price of an hour beyond the bucket; the engagement's rates when absent. */
  readonly overagePriceMinor?: string;
};

export const bucketRhythms = ["month", "quarter", "year", "once"] as const;
export type BucketRhythm = (typeof bucketRhythms)[number];

const monthsOf = { month: 1, quarter: 3, year: 12 } as const;

/** The hours of one period. An open end is one that never comes. */
export type BucketPeriod = {
  readonly startsOn: LocalDate;
  readonly endsOn: LocalDate | undefined;
  readonly expiresOn: LocalDate | undefined;
  readonly minutes: number;
  /** How much of them may cover time after the period. */
  readonly carryMax: number;
};

/** Enough for fifty years of months; more is a typing error. */
const periodsMax = 600;

/** The periods that begin before a day, oldest first. Counted from the first start, so that 31 January is followed by 31 March. */
export function bucketPeriods(bucket: HourBucket, before: LocalDate): BucketPeriod[] {
  const { startsOn, minutes, every } = bucket;
  if (startsOn >= before) return [];
  if (every === "once") return [{ startsOn, endsOn: undefined, expiresOn: bucket.expiresOn, minutes, carryMax: 0 }];
  const last = bucket.until !== undefined && bucket.until < before ? bucket.until : before;
  const at = (index: number) => addMonths(startsOn, index * monthsOf[every]);
  const carryMax = carriedAtMost(bucket);
  const periods: BucketPeriod[] = [];
  for (let index = 0; index < periodsMax && at(index) < last; index += 1) {
    const rolls = carryMax > 0 ? bucket.expiresAfterPeriods : 0;
    const expiry = rolls === undefined ? undefined : at(index + 1 + rolls);
    periods.push({
      startsOn: at(index),
      endsOn: at(index + 1),
      expiresOn: earlier(expiry, bucket.expiresOn),
      minutes,
      carryMax,
    });
  }
  return periods;
}

/** Whether time of a day beyond the bucket has a price of its own. */
export const overagePriceOn = (bucket: HourBucket | undefined, on: LocalDate): bigint | undefined =>
  bucket?.overagePriceMinor === undefined || on < bucket.startsOn || (bucket.until !== undefined && on >= bucket.until)
    ? undefined
    : BigInt(bucket.overagePriceMinor);

/** What contradicts itself in a bucket, in sentences under the member that has to change; empty when nothing does. */
export function bucketIssues(bucket: HourBucket): { readonly member: keyof HourBucket; readonly reason: string }[] {
  const { startsOn, until, every, rollover, expiresAfterPeriods, expiresOn, minutes } = bucket;
  const wrong: readonly [boolean, keyof HourBucket, string][] = [
    [until !== undefined && until <= startsOn, "until", "is before the first period ends"],
    [
      until !== undefined && every !== "once" && until > startsOn && !isBoundary(bucket, until),
      "until",
      "is not the last day of a period",
    ],
    [
      every === "once" && until !== undefined,
      "until",
      "ends periods, but the hours are bought once; say when they expire",
    ],
    [every === "once" && rollover !== undefined, "rollover", "leads into a next period, but the hours are bought once"],
    [
      expiresAfterPeriods !== undefined && rollover === undefined,
      "expiresAfterPeriods",
      "counts periods that nothing is carried into",
    ],
    [expiresOn !== undefined && expiresOn <= startsOn, "expiresOn", "is before the hours begin"],
    [typeof rollover === "object" && rollover.minutesMax > minutes, "rollover", "is more than a period has"],
  ];
  return wrong.flatMap(([isWrong, member, reason]) => (isWrong ? [{ member, reason }] : []));
}

const carriedAtMost = ({ rollover, minutes }: HourBucket): number =>
  rollover === undefined ? 0 : rollover === "all" ? minutes : rollover.minutesMax;

const isBoundary = ({ startsOn, every }: HourBucket, day: LocalDate): boolean => {
  const step = every === "once" ? 1 : monthsOf[every];
  for (let index = 1; index <= periodsMax; index += 1) {
    const boundary = addMonths(startsOn, index * step);
    if (boundary >= day) return boundary === day;
  }
  return false;
};

const earlier = (left: LocalDate | undefined, right: LocalDate | undefined): LocalDate | undefined =>
  left === undefined ? right : right === undefined || left < right ? left : right;
