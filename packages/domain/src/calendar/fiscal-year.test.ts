import { describe, expect, it } from "vitest";
import { fiscalYearOf } from "./fiscal-year.ts";
import type { LocalDate } from "./local-date.ts";

const label = (date: string, startMonth: number) => fiscalYearOf(date as LocalDate, startMonth);

describe("fiscal years", () => {
  it("are the calendar year when they begin in January", () => {
    expect([label("2026-01-01", 1), label("2026-12-31", 1)]).toEqual(["2026", "2026"]);
  });

  it("name both calendar years otherwise, and turn on the first day of the start month", () => {
    expect([label("2026-03-31", 4), label("2026-04-01", 4), label("2099-12-31", 7)]).toEqual([
      "2025-26",
      "2026-27",
      "2099-00",
    ]);
  });

  it("refuse a month that does not exist", () => {
    expect(() => label("2026-01-01", 0)).toThrow(RangeError);
  });
});
