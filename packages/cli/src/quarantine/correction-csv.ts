import { parse } from "csv-parse/sync";
import type { Schemas } from "@plumbline/client/client";
import { Failure } from "../failure.ts";

type Row = Pick<Schemas["QuarantinedRow"], "id" | "fields" | "issues">;

const idColumn = "quarantined_row";
const whyColumn = "what_is_wrong";

/** Quarantined rows as a file in which their cells can be corrected. */
export function toCorrectionCsv(rows: readonly Row[]): string {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row.fields)))];
  const lines = rows.map(({ id, fields: cells, issues }) => [
    id,
    issues.map(({ field, reason }) => `${field} ${reason}`).join("; "),
    ...fields.map((field) => guarded(cells[field] ?? "")),
  ]);
  return [[idColumn, whyColumn, ...fields], ...lines].map((cells) => `${cells.map(toCell).join(",")}\n`).join("");
}

/** Begins as what a spreadsheet would run. Such cells are what quarantine is full of; signed numbers are none. */
const formula = /^'*(?:[=@\t\r]|[+-](?![\d\s.,()/-]*$))/;

/** As text that a spreadsheet shows and does not run; one quote more than there was, so that nothing is lost. */
const guarded = (text: string): string => (formula.test(text) ? `'${text}` : text);
const unguarded = (text: string): string => (text.startsWith("'") && formula.test(text) ? text.slice(1) : text);

const toCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What a corrected file says about each row: its id, and its cells by column. */
export function fromCorrectionCsv(text: string, file: string): readonly Pick<Row, "id" | "fields">[] {
  const rows = read(text, file);
  return rows.map((row, index) => {
    const { [idColumn]: id, [whyColumn]: _, ...fields } = row;
    if (!id) {
      throw new Failure(
        "usage",
        `${file}, row ${index + 1} has no ${idColumn}. Begin with: plumb quarantine --csv ${file}`,
      );
    }
    const cells = Object.entries(fields).map(([name, cell]) => [name, unguarded(cell)] as const);
    return { id, fields: Object.fromEntries(cells) };
  });
}

function read(text: string, file: string): readonly Readonly<Record<string, string>>[] {
  try {
    return parse<Record<string, string>>(text, { bom: true, columns: true, skip_empty_lines: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("usage", `${file} cannot be read as CSV: ${why}`, { cause });
  }
}
