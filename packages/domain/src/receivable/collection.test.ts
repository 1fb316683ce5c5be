import { expect, it } from "vitest";
import type { LocalDate } from "../calendar/local-date.ts";
import { collectionOf, isOverdue } from "./collection.ts";

it.each([
  ["open", 100n, 100n, 0n],
  ["partial", 100n, 1n, 0n],
  ["partial", 100n, 40n, 60n],
  ["settled", 100n, 0n, 0n],
  ["written_off", 100n, 0n, 1n],
  ["settled", 0n, 0n, 0n],
  ["open", -100n, -100n, 0n],
  ["partial", -100n, -1n, 0n],
  ["settled", -100n, 0n, 0n],
] as const)("is %s when of %s there is %s open and %s written off", (collection, owed, open, writtenOff) => {
  expect(collectionOf({ owed, open, writtenOff })).toBe(collection);
});

it("is overdue from the day after it was due, and only while something is open", () => {
  const dueOn = "2026-11-30" as LocalDate;
  expect(isOverdue({ open: 1n, dueOn }, dueOn)).toBe(false);
  expect(isOverdue({ open: 1n, dueOn }, "2026-12-01" as LocalDate)).toBe(true);
  expect(isOverdue({ open: 0n, dueOn }, "2026-12-01" as LocalDate)).toBe(false);
});
