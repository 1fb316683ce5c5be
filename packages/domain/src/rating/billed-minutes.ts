import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Increment } from "@plumbline/domain/engagement/terms";

type Entry = { readonly workerId: string; readonly workedOn: LocalDate; readonly minutes: number };

/**
 * Minutes to bill for each entry of one client, in entry order. Per entry, each is rounded up by itself. Per day, a
 * worker's day with the client is rounded up as a whole, and what that adds goes to the day's last entry, so that the
 * parts always sum to the rounded day.
 *
 * @param entries of one client; all engagements together, because a day with the client spans them
 */
export function billedMinutes(entries: readonly Entry[], incrementOf: (index: number) => Increment): number[] {
  const billed = entries.map(({ minutes }, index) => {
    const increment = incrementOf(index);
    return increment.per === "entry" ? roundUp(minutes, increment.minutes) : minutes;
  });
  const days = new Map<string, { worked: number; last: number; step: number }>();
  for (const [index, entry] of entries.entries()) {
    const increment = incrementOf(index);
    if (increment.per !== "day" || increment.minutes === 1) continue;
    const key = `${entry.workerId}|${entry.workedOn}|${increment.minutes}`;
    const day = days.get(key);
    days.set(key, { worked: (day?.worked ?? 0) + entry.minutes, last: index, step: increment.minutes });
  }
  for (const { worked, last, step } of days.values())
    billed[last] = (billed[last] ?? 0) + roundUp(worked, step) - worked;
  return billed;
}

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;
