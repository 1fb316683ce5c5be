import { describe, expect, it } from "vitest";
import { type LocalDate, parseLocalDate } from "./local-date.ts";
import { contains, monthPeriod, monthsBetween } from "./period.ts";

const day = (text: string) => parseLocalDate(text) as LocalDate;

describe("periods", () => {
  it("ends a month on the first day of the next", () => {
    expect(monthPeriod("2026-10")).toEqual({ start: "2026-10-01", end: "2026-11-01" });
    expect(monthPeriod("2026-12")).toEqual({ start: "2026-12-01", end: "2027-01-01" });
  });

  it.each(["2026-13", "2026-00", "2026-1", "2026", "", "2026-10-01"])("refuses %j as a month", (text) =>
    expect(monthPeriod(text)).toBeUndefined(),
  );

  it("holds its first day and not its end, so that no day is in two periods", () => {
    const october = { start: day("2026-10-01"), end: day("2026-11-01") };
    const held = ["2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01"].filter((text) =>
      contains(october, day(text)),
    );
    expect(held).toEqual(["2026-10-01", "2026-10-31"]);
  });

  it("lists whole months from the first day's to the last day's, without gap or overlap", () => {
    const starts = monthsBetween(day("2014-10-17"), day("2015-03-01")).map((month) => month.start);
    expect(starts).toEqual(["2014-10-01", "2014-11-01", "2014-12-01", "2015-01-01", "2015-02-01", "2015-03-01"]);
    expect(monthsBetween(day("2014-10-17"), day("2014-09-30"))).toEqual([]);
  });
});
