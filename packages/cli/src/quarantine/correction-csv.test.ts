import { parse } from "csv-parse/sync";
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

it.each(['=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-2+cmd", "@SUM(A1)", "\t=1+1", "\r=1+1"])(
  "writes no cell that a spreadsheet would run: %j",
  (cell) => {
    const row = { id: "r1", fields: { narrative: cell, hours: "-7.50", quoted: "'=1" }, issues };
    const text = toCorrectionCsv([row]);
    const [shown] = parse<Record<string, string>>(text, { columns: true });
    expect(shown).toMatchObject({ narrative: `'${cell}`, hours: "-7.50" });
    expect(fromCorrectionCsv(text, "rows.csv")).toEqual([{ id: "r1", fields: row.fields }]);
  },
);

it("says where a file comes from that has no ids", () => {
  expect(() => fromCorrectionCsv("entry_key,hours\nT1,8\n", "mine.csv")).toThrow(
    "mine.csv, row 1 has no quarantined_row. Begin with: plumb quarantine --csv mine.csv",
  );
  expect(() => fromCorrectionCsv('quarantined_row,hours\n"1,8\n', "mine.csv")).toThrow(
    "mine.csv cannot be read as CSV",
  );
});
