import { expect, it } from "vitest";
import { age, counted, hours, money, period, words } from "./words.ts";

it("groups digits and keeps every decimal, because money is text and never a float", () => {
  const amounts = ["0.00", "999.50", "1000.00", "-1234567.125", "90071992547409931.10"];
  expect(amounts.map((amount) => money({ amount, currency: "EUR" }).replaceAll("\u202F", "'"))).toEqual([
    "0.00 EUR",
    "999.50 EUR",
    "1'000.00 EUR",
    "-1'234'567.125 EUR",
    "90'071'992'547'409'931.10 EUR",
  ]);
});

it("writes minutes as hours, also those taken back", () => {
  expect([0, 7, 60, 750, 60_005, -30].map(hours)).toEqual([
    "0:00 h",
    "0:07 h",
    "1:00 h",
    "12:30 h",
    "1\u202F000:05 h",
    "-0:30 h",
  ]);
});

it("calls a whole month by its name and any other span by its first and last day", () => {
  expect(period({ start: "2026-02-01", end: "2026-03-01" })).toBe("2026-02");
  expect(period({ start: "2026-12-01", end: "2027-01-01" })).toBe("2026-12");
  expect(period({ start: "2026-10-01", end: "2026-12-01" })).toBe("2026-10-01 to 2026-11-30");
  expect(period({ start: "2026-10-05", end: "2026-10-12" })).toBe("2026-10-05 to 2026-10-11");
});

it("says how long ago in the largest unit that tells something", () => {
  const now = Date.parse("2026-11-03T12:00:00Z");
  expect(["2026-11-03T11:59:30Z", "2026-11-03T09:00:00Z", "2026-10-20T12:00:00Z"].map((at) => age(at, now))).toEqual([
    "0 min",
    "3 h",
    "14 d",
  ]);
});

it("writes names of the contract as words, and one thing without an s", () => {
  expect(words("validation_pending")).toBe("validation pending");
  expect([counted(1, "invoice"), counted(0, "invoice")]).toEqual(["1 invoice", "0 invoices"]);
});
