import { expect, it } from "vitest";
import { readPeriod } from "./period.ts";

it("reads months and spans of days, whose last day counts", () => {
  expect(readPeriod("2026-10")).toEqual({ start: "2026-10-01", end: "2026-11-01" });
  expect(readPeriod("2026-12")).toEqual({ start: "2026-12-01", end: "2027-01-01" });
  expect(readPeriod("2024-02-01..2024-02-29")).toEqual({ start: "2024-02-01", end: "2024-03-01" });
  expect(readPeriod("2026-10-05..2026-10-05")).toEqual({ start: "2026-10-05", end: "2026-10-06" });
});

it.each(["", "2026", "2026-13", "10/2026", "2026-02-01..2026-02-30", "2026-10-02..2026-10-01", "2026-10-01.."])(
  "refuses %j, and shows how a period is written",
  (text) => {
    expect(() => readPeriod(text)).toThrow("Write a month as 2026-10");
  },
);
