import fc from "fast-check";
import { expect, it } from "vitest";
import { fromCorrectionCsv, toCorrectionCsv } from "./correction-csv.ts";

const issues = [{ field: "hours", reason: 'is "eight", not a number' }];

it("gives back what was written, whatever the cells hold", () => {
  const cell = fc.string({ unit: "grapheme", maxLength: 20 });
  const fields = fc.record({ entry_key: cell, hours: cell, "odd, name": cell });
  fc.assert(
    fc.property(fc.array(fc.record({ id: fc.uuid(), fields }), { minLength: 1, maxLength: 5 }), (rows) => {
      const text = toCorrectionCsv(rows.map((row) => ({ ...row, issues })));
      expect(fromCorrectionCsv(text, "rows.csv")).toEqual(rows);
    }),
  );
});

it("says where a file comes from that has no ids", () => {
  expect(() => fromCorrectionCsv("entry_key,hours\nT1,8\n", "mine.csv")).toThrow(
    "mine.csv, row 1 has no quarantined_row. Begin with: plumb quarantine --csv mine.csv",
  );
  expect(() => fromCorrectionCsv('quarantined_row,hours\n"1,8\n', "mine.csv")).toThrow(
    "mine.csv cannot be read as CSV",
  );
});
