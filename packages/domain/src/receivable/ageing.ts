import { daysBetween, type LocalDate } from "../calendar/local-date.ts";

/** How long what is owed has been due, in days; both ends belong to a bucket, and what is missing is open. */
export const ageBuckets = {
  notDue: { to: -1 },
  days0To30: { from: 0, to: 30 },
  days31To60: { from: 31, to: 60 },
  days61To90: { from: 61, to: 90 },
  over90: { from: 91 },
} as const satisfies Record<string, { readonly from?: number; readonly to?: number }>;

export type AgeBucket = keyof typeof ageBuckets;

export const ageBucketNames = Object.keys(ageBuckets) as readonly AgeBucket[];

/** The bucket of what is due on a day, looked at on another. */
export function ageBucketOf(dueOn: LocalDate, on: LocalDate): AgeBucket {
  const days = daysBetween(dueOn, on);
  const found = ageBucketNames.find((name) => {
    const { from = days, to = days }: { readonly from?: number; readonly to?: number } = ageBuckets[name];
    return from <= days && days <= to;
  });
  if (found === undefined) throw new RangeError(`no bucket takes ${days} days`);
  return found;
}
