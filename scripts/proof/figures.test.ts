import { expect, it } from "vitest";
import { figureLines } from "./figures.ts";

it("shows figures aligned, grouped and readable", () => {
  expect(figureLines({ rows: 1_234_567, ratio: 1.23456, phases: { read: 1, write: "fast" }, months: [1, 2] })).toEqual([
    "rows    1 234 567",
    "ratio   1.235",
    "phases",
    "  read   1",
    "  write  fast",
    "months  1, 2",
  ]);
});
