import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type LocalDate } from "./local-date.ts";
import { cutOffInstant, localDateIn } from "./time-zone.ts";

const day = (text: string) => text as LocalDate;
const cutOff = (date: string, zone: string) => cutOffInstant(day(date), zone).toISOString();

describe("local days", () => {
  it("tells the date on the wall, not the date in UTC", () => {
    const instant = new Date("2026-10-31T23:30:00Z");
    const zones = ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "UTC"];
    expect(zones.map((zone) => localDateIn(instant, zone))).toEqual([
      "2026-11-01",
      "2026-10-31",
      "2026-11-01",
      "2026-10-31",
    ]);
  });

  it.each([
    ["an ordinary day", "2026-11-20", "Europe/Berlin", "2026-11-20T23:00:00.000Z"],
    ["the 23-hour day", "2026-03-29", "Europe/Berlin", "2026-03-29T22:00:00.000Z"],
    ["the 25-hour day", "2026-10-25", "Europe/Berlin", "2026-10-25T23:00:00.000Z"],
    ["the day before it", "2026-10-24", "Europe/Berlin", "2026-10-24T22:00:00.000Z"],
    ["the 23-hour day", "2026-03-08", "America/New_York", "2026-03-09T04:00:00.000Z"],
    ["the 25-hour day", "2026-11-01", "America/New_York", "2026-11-02T05:00:00.000Z"],
    // Midnight does not exist on 4 November 2018 in São Paulo: the third ends where the clock jumps to 01:00.
    ["a skipped midnight", "2018-11-03", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"],
    // At midnight the clock goes back to 23:00, so the 17th has 25 hours and ends at the second midnight.
    ["a midnight set back", "2018-02-17", "America/Sao_Paulo", "2018-02-18T03:00:00.000Z"],
    // Until 2011 Newfoundland changed at 00:01: a first minute of the 7th is followed by an hour of the 6th.
    ["a change just past midnight", "2010-11-06", "America/St_Johns", "2010-11-07T03:30:00.000Z"],
    ["the day before a skipped day", "2011-12-29", "Pacific/Apia", "2011-12-30T10:00:00.000Z"],
    ["a zone off the hour", "2026-11-20", "Asia/Kathmandu", "2026-11-20T18:15:00.000Z"],
  ])("ends %s (%s in %s) at the right instant", (_, date, zone, expected) => {
    expect(cutOff(date, zone)).toBe(expected);
  });

  it("leaves no instant between two days and none in both, whatever the zone does", () => {
    const zones = ["Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Beirut", "Australia/Lord_Howe"];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(...zones), (days, zone) => {
        const date = addDays(day("1975-01-01"), days);
        const end = cutOffInstant(date, zone).getTime();
        expect(localDateIn(new Date(end - 1), zone)).toBe(date);
        expect(localDateIn(new Date(end), zone)).toBe(addDays(date, 1));
      }),
    );
  });

  it("refuses a zone it does not know", () => {
    expect(() => localDateIn(new Date(0), "Europe/Bielefeld")).toThrow(RangeError);
  });
});
