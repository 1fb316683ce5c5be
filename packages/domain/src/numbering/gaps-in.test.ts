import { expect, it } from "vitest";
import { gapsIn } from "./gaps-in.ts";

it("reports each run of missing numbers once, whatever the order", () => {
  expect(gapsIn([7, 3, 1, 8, 3])).toEqual([
    { from: 2, to: 2 },
    { from: 4, to: 6 },
  ]);
});

it("counts from 1, so a series that begins later has a gap", () => {
  expect(gapsIn([2])).toEqual([{ from: 1, to: 1 }]);
});

it("finds nothing in a gapless series and in one that has not begun", () => {
  expect([gapsIn([1, 2, 3]), gapsIn([])]).toEqual([[], []]);
});

it("does not grow with the size of a gap", () => {
  expect(gapsIn([1, 1_000_000_000])).toEqual([{ from: 2, to: 999_999_999 }]);
});
