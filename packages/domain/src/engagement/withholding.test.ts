import { expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type AgreedWithholding, withholdingIssues, withholdingOn } from "./withholding.ts";

const day = (text: string) => text as LocalDate;
const kept = (from: string, to?: string, basisPoints = 1_000) => ({
  basisPoints,
  of: "net" as const,
  reference: "s. 194J",
  from: day(from),
  ...(to !== undefined && { to: day(to) }),
});
const free = { certificate: "C-1", from: day("2026-04-01"), to: day("2026-06-30") };

it("holds between its days, both of them, and not while a certificate frees of it", () => {
  const agreed = { periods: [kept("2026-01-01", "2026-12-31")], exemptions: [free] };
  const on = (text: string) => withholdingOn(agreed, day(text)) !== undefined;
  expect(
    [
      "2025-12-31",
      "2026-01-01",
      "2026-03-31",
      "2026-04-01",
      "2026-06-30",
      "2026-07-01",
      "2026-12-31",
      "2027-01-01",
    ].map(on),
  ).toEqual([false, true, true, false, false, true, true, false]);
  expect(withholdingOn(undefined, day("2026-01-01"))).toBeUndefined();
});

it("says what contradicts itself", () => {
  const issues = (...periods: AgreedWithholding["periods"]) => withholdingIssues({ periods });
  expect(issues(kept("2026-01-01", "2026-06-30"), kept("2026-07-01"))).toEqual([]);
  expect(issues(kept("2026-07-01"), kept("2026-01-01", "2026-07-01"))).toEqual([
    "overlap from 2026-07-01 on; only one holds on a day",
  ]);
  expect(issues(kept("2026-01-01"), kept("2026-07-01"))).toHaveLength(1);
  expect(issues(kept("2026-02-01", "2026-01-01"))).toEqual(["end on 2026-01-01 before they begin on 2026-02-01"]);
  expect(issues(kept("2026-01-01", undefined, 10_000))).toEqual(["keep a share above 0 % and below 100 %"]);
  expect(withholdingIssues({ periods: [], exemptions: [free, free] })).toHaveLength(1);
});
