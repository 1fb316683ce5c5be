import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BusinessCalendar, type Span, usualCalendar, workedOn } from "./business-calendar.ts";
import { dueAt, type Pause } from "./business-time.ts";
import { addDays, type LocalDate } from "./local-date.ts";
import { localDateIn } from "./time-zone.ts";

const berlin = "Europe/Berlin";
const due = (since: string, hours: number, zone = berlin) =>
  dueAt(new Date(since), hours * 60, usualCalendar(zone))?.toISOString();

describe("business time", () => {
  it.each([
    ["within a day", "2026-11-03T09:00:00Z", 4, "2026-11-03T13:00:00.000Z"],
    ["over a night", "2026-11-03T15:00:00Z", 4, "2026-11-04T11:00:00.000Z"],
    ["8 hours as a day", "2026-11-03T10:15:00Z", 8, "2026-11-04T10:15:00.000Z"],
    ["over a weekend", "2026-11-06T10:15:00Z", 16, "2026-11-10T10:15:00.000Z"],
    ["from Monday morning when it began on a Saturday", "2026-11-07T10:15:00Z", 8, "2026-11-09T16:00:00.000Z"],
    ["from the morning when it began before it", "2026-11-03T03:00:00Z", 4, "2026-11-03T12:00:00.000Z"],
    ["from the next morning when it began in the evening", "2026-11-03T20:00:00Z", 4, "2026-11-04T12:00:00.000Z"],
    // Berlin leaves summer time in the night to 25 October, and enters it on 29 March 2026.
    ["by the wall when clocks were set back", "2026-10-23T08:15:00Z", 8, "2026-10-26T09:15:00.000Z"],
    ["by the wall when clocks were set forward", "2026-03-27T09:15:00Z", 8, "2026-03-30T08:15:00.000Z"],
  ])("counts %s", (_, since, hours, expected) => {
    expect(due(since, hours)).toBe(expected);
  });

  it("is that of the entity, not of the machine", () => {
    expect(due("2026-11-03T12:00:00Z", 4, "America/New_York")).toBe("2026-11-03T18:00:00.000Z");
    expect(due("2026-11-03T12:00:00Z", 4, "Asia/Kolkata")).toBe("2026-11-04T07:30:00.000Z");
  });

  it("lasts exactly as long as was allowed, of what is worked and not paused, whenever and wherever", () => {
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 1, max: 2_000 }),
        calendars,
        fc.array(fc.tuple(fc.integer({ min: -500, max: 9_000 }), fc.integer({ min: 0, max: 4_000 })), { maxLength: 3 }),
        (at, minutes, calendar, gaps) => {
          const since = new Date(at * minuteMs);
          const pauses = gaps.map(([after, length]) => ({
            from: new Date((at + after) * minuteMs),
            until: new Date((at + after + length) * minuteMs),
          }));
          const until = dueAt(since, minutes, calendar, pauses);
          expect(until && minutesWorked(since, until, calendar, pauses)).toBe(minutes);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("never comes where nothing is ever worked, or a pause goes on", () => {
    const since = new Date("2026-11-03T09:00:00Z");
    const closed = { ...usualCalendar(berlin), week: new Map([1, 2, 3, 4, 5].map((day) => [day, "closed" as const])) };
    expect(dueAt(since, 60, closed)).toBeUndefined();
    expect(dueAt(since, 60, usualCalendar(berlin), [{ from: since, until: undefined }])).toBeUndefined();
  });
});

const minuteMs = 60_000;
const instants = fc.integer({ min: Date.UTC(2024, 0) / minuteMs, max: Date.UTC(2028, 0) / minuteMs });

const calendars: fc.Arbitrary<BusinessCalendar> = fc.record({
  zone: fc.constantFrom(berlin, "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe"),
  week: fc.constantFrom(
    new Map(),
    new Map([
      [5, { opens: 0, closes: 1_440 }],
      [7, { opens: 0, closes: 1_440 }],
    ]),
  ),
  days: fc.constant(new Map([["2026-11-03" as LocalDate, "closed" as const]])),
});

/** Counted the slow way, minute by minute. */
function minutesWorked(since: Date, until: Date, calendar: BusinessCalendar, pauses: readonly Pause[]): number {
  let spans: readonly Span[] = [];
  let worked = 0;
  for (let minute = 0; since.getTime() + minute * minuteMs < until.getTime(); minute += 1) {
    const at = since.getTime() + minute * minuteMs;
    // Asking a zone is slow, and the days around an instant are good for half a day.
    if (minute % 720 === 0) spans = daysAround(new Date(at), calendar);
    const isPaused = pauses.some(({ from, until: end }) => at >= from.getTime() && at < (end?.getTime() ?? at));
    if (!isPaused && spans.some(({ start, end }) => at >= start && at < end)) worked += 1;
  }
  return worked;
}

const daysAround = (at: Date, calendar: BusinessCalendar): readonly Span[] =>
  [-1, 0, 1].flatMap((days) => workedOn(addDays(localDateIn(at, calendar.zone), days), calendar) ?? []);
