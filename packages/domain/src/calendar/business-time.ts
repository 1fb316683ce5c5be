import { type BusinessCalendar, type Span, workedOn } from "./business-calendar.ts";
import { addDays } from "./local-date.ts";
import { localDateIn } from "./time-zone.ts";

const minuteMs = 60_000;
/** A calendar that closes on every day would keep one looking for ever. */
const daysMax = 4_000;

/** A time that does not count. Without an end it goes on. */
export type Pause = { readonly from: Date; readonly until: Date | undefined };

/**
 * When waiting becomes late: the first instant by which so many business minutes have passed since it began. Evenings,
 * nights, weekends and holidays do not count, whatever the clocks on the wall do in between, and neither do pauses.
 *
 * @returns undefined when that never comes: a pause goes on, or the calendar is closed for good
 * @throws RangeError when the zone is unknown
 */
export function dueAt(
  since: Date,
  minutes: number,
  calendar: BusinessCalendar,
  pauses: readonly Pause[] = [],
): Date | undefined {
  let left = minutes * minuteMs;
  const first = localDateIn(since, calendar.zone);
  const endless = pauses.find(({ until }) => until === undefined);
  for (let day = 0; day < daysMax; day += 1) {
    const worked = workedOn(addDays(first, day), calendar);
    if (worked === undefined) continue;
    if (endless !== undefined && endless.from.getTime() <= worked.start) return undefined;
    for (const { start, end } of counted({ ...worked, start: Math.max(since.getTime(), worked.start) }, pauses)) {
      if (end - start >= left) return new Date(start + left);
      left -= end - start;
    }
  }
  return undefined;
}

/** What is left of a span without the pauses, in order. */
function counted(span: Span, pauses: readonly Pause[]): readonly Span[] {
  return pauses
    .reduce<readonly Span[]>(
      (spans, { from, until }) =>
        spans.flatMap(({ start, end }) => [
          { start, end: Math.min(end, from.getTime()) },
          { start: Math.max(start, until?.getTime() ?? Number.POSITIVE_INFINITY), end },
        ]),
      [span],
    )
    .filter(({ start, end }) => start < end);
}
