import { expect, it } from "vitest";
import { addDays, type LocalDate } from "../calendar/local-date.ts";
import { ageBucketNames, ageBucketOf, ageBuckets } from "./ageing.ts";

const due = "2026-11-30" as LocalDate;

it.each([
  [-1, "notDue"],
  [0, "days0To30"],
  [30, "days0To30"],
  [31, "days31To60"],
  [60, "days31To60"],
  [61, "days61To90"],
  [90, "days61To90"],
  [91, "over90"],
  [4_000, "over90"],
] as const)("puts what is due for %s days into %s", (days, bucket) => {
  expect(ageBucketOf(due, addDays(due, days))).toBe(bucket);
});

it("has a bucket for every day, and one only", () => {
  const edges = ageBucketNames.map((name): { from?: number; to?: number } => ageBuckets[name]);
  expect(edges.slice(1).map(({ from }) => from)).toEqual(edges.slice(0, -1).map(({ to }) => (to ?? NaN) + 1));
});
