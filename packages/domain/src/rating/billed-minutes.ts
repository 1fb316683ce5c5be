import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Increment } from "@plumbline/domain/engagement/terms";

type Entry = { readonly workerId: string; readonly workedOn: LocalDate; readonly minutes: number };
type Billed = Entry & { readonly increment: Increment; readonly billedMinutes: number };
type Day = { worked: number; billed: number; readonly step: number; readonly entries: number[] };

/**
 * Minutes to bill for each entry of one client, in entry order. Per entry, each is rounded up by itself. Per day, a
 * worker's day with the client is rounded up as a whole, what was billed of it before included: only the difference is
 * billed, which may be nothing. What rounding adds goes to the day's last entry, so that the parts always sum to the day.
 *
 * @param entries of one client; all engagements together, because a day with the client spans them
 * @param before what other invoices bill of these days
 */
export function billedMinutes(
  entries: readonly Entry[],
  incrementOf: (index: number) => Increment,
  before: readonly Billed[] = [],
): number[] {
  const billed = entries.map(({ minutes }, index) => {
    const increment = incrementOf(index);
    return increment.per === "entry" ? roundUp(minutes, increment.minutes) : minutes;
  });
  const days = new Map<string, Day>();
  for (const [index, entry] of entries.entries()) {
    const increment = incrementOf(index);
    if (increment.per === "day" && increment.minutes > 1) dayOf(days, entry, increment).entries.push(index);
  }
  for (const earlier of days.size === 0 ? [] : before) {
    const day = days.get(keyOf(earlier, earlier.increment));
    if (day === undefined || earlier.increment.per !== "day") continue;
    day.worked += earlier.minutes;
    day.billed += earlier.billedMinutes;
  }
  for (const day of days.values()) {
    const worked = day.entries.reduce((sum, index) => sum + (entries[index]?.minutes ?? 0), day.worked);
    let left = Math.max(0, roundUp(worked, day.step) - day.billed);
    for (const [at, index] of day.entries.entries()) {
      const last = at === day.entries.length - 1;
      const minutes = last ? left : Math.min(left, entries[index]?.minutes ?? 0);
      billed[index] = minutes;
      left -= minutes;
    }
  }
  return billed;
}

function dayOf(days: Map<string, Day>, entry: Entry, increment: Increment): Day {
  const key = keyOf(entry, increment);
  let day = days.get(key);
  if (day === undefined) {
    day = { worked: 0, billed: 0, step: increment.minutes, entries: [] };
    days.set(key, day);
  }
  return day;
}

const keyOf = ({ workerId, workedOn }: Entry, { minutes }: Increment): string => `${workerId}|${workedOn}|${minutes}`;

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;
