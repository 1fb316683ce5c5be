import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { BatchResult } from "./import-batch.ts";
import type { RawRow, RowIssue } from "./row-reader.ts";

export const quarantinedCellCharactersMax = 500;

/** Puts rows aside with everything that is wrong with them, for a person to correct. */
export async function quarantineRows(scope: Scope, importId: string, rows: BatchResult["quarantined"]): Promise<void> {
  await insertRows(scope.tx, "quarantined_rows", rows, {
    id: ["uuid", () => scope.newId()],
    import_id: ["uuid", () => importId],
    line: ["int", ({ row }) => row.line],
    fields: ["jsonb", ({ row }) => storableFields(row.fields)],
    issues: ["jsonb", ({ issues }) => storableIssues(issues)],
  });
}

/** Cells cut to a bounded size. */
const storableFields = (fields: RawRow["fields"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).map(([field, text]) => [field, storable(text.slice(0, quarantinedCellCharactersMax))]),
  );

/** Reasons quote what they refuse. */
export const storableIssues = (issues: readonly RowIssue[]): RowIssue[] =>
  issues.map(({ field, reason }) => ({ field: storable(field), reason: storable(reason) }));

/** Without what jsonb refuses: NUL, and half a character, which may be left by cutting. */
const storable = (text: string): string => text.toWellFormed().replaceAll("\u0000", "\uFFFD");
