import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  addMonths,
  compareLocalDates,
  dayOfWeek,
  daysBetween,
  isoWeekStart,
  type LocalDate,
  parseLocalDate,
} from "./local-date.ts";

const day = (text: string) => {
  const date = parseLocalDate(text);
  if (!date) throw new Error(`${text} is not a date`);
  return date;
};
const dates = fc
  .date({ min: new Date("0100-01-01T00:00:00Z"), max: new Date("9000-12-31T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10) as LocalDate);

describe("local dates", () => {
  it.each(["2026-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01"])(
    "refuses %s, which no calendar has",
    (text) => expect(parseLocalDate(text)).toBeUndefined(),
  );

  it.each([
    "",
    "2026-1-1",
    "26-01-01",
    "2026/01/01",
    "2026-01-01T00:00:00Z",
    " 2026-01-01",
    "2026-01-01\n",
    "20260101",
  ])("refuses %j, which is written otherwise", (text) => expect(parseLocalDate(text)).toBeUndefined());

  it("reads leap days of leap years only", () => {
    expect([parseLocalDate("2024-02-29"), parseLocalDate("2000-02-29")]).toEqual(["2024-02-29", "2000-02-29"]);
  });

  it("counts days as the proleptic Gregorian calendar does", () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: -30_000, max: 30_000 }), (date, days) => {
        const expected = new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
        expect(addDays(date, days)).toBe(expected);
        expect(daysBetween(date, addDays(date, days))).toBe(days);
        expect(dayOfWeek(date) % 7).toBe(new Date(`${date}T00:00:00Z`).getUTCDay());
        expect(Math.sign(compareLocalDates(date, addDays(date, days)))).toBe(-Math.sign(days) + 0);
      }),
    );
  });

  it("keeps the month's last day when a later month is shorter", () => {
    expect(addMonths(day("2026-01-31"), 1)).toBe("2026-02-28");
    expect(addMonths(day("2024-01-31"), 1)).toBe("2024-02-29");
    expect(addMonths(day("2026-03-31"), -1)).toBe("2026-02-28");
    expect(addMonths(day("2026-10-15"), 3)).toBe("2027-01-15");
    expect(addMonths(day("2026-01-15"), -13)).toBe("2024-12-15");
  });

  it("begins weeks on Monday, across a year's end too", () => {
    expect(isoWeekStart(day("2026-11-22"))).toBe("2026-11-16");
    expect(isoWeekStart(day("2026-11-23"))).toBe("2026-11-23");
    expect(isoWeekStart(day("2027-01-01"))).toBe("2026-12-28");
  });

  it("refuses to leave the four-digit years or to count in fractions", () => {
    expect(() => addDays(day("9999-12-31"), 1)).toThrow(RangeError);
    expect(() => addMonths(day("0001-01-01"), -1)).toThrow(RangeError);
    expect(() => addDays(day("2026-01-01"), 0.5)).toThrow(RangeError);
  });
});
