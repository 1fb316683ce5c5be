import { type ImportKind, importColumns } from "@plumbline/contract/import-row";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { importBatch } from "./import-batch.ts";
import { importKindSpecs } from "./import-kinds.ts";
import { quarantinedCellCharactersMax, storableIssues } from "./quarantine-rows.ts";
import { loadReferences } from "./references.ts";
import type { RawRow, RowIssue } from "./row-reader.ts";

/** New text for some cells of a quarantined row; none to try it again as it is, after what it refers to was imported. */
export type Correction = { readonly rowId: string; readonly fields?: Readonly<Record<string, string>> | undefined };

type StoredRow = {
  readonly id: string;
  readonly importId: string;
  readonly system: string;
  readonly kind: ImportKind;
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
};

/** What became of one correction. A row that was corrected before is not found any more. */
type CorrectionResult = {
  readonly rowId: string;
  readonly state: "corrected" | "open" | "not-found";
  readonly issues: readonly RowIssue[];
};

/**
 * Takes quarantined rows in again, corrected, on the path every row takes. What is still wrong stays in quarantine with
 * its new reasons.
 *
 * @returns what became of each, in the order asked for
 * @throws Problem `permission-missing`
 */
export async function correctQuarantinedRows(
  scope: Scope,
  input: { readonly corrections: readonly Correction[] },
): Promise<{ readonly items: readonly CorrectionResult[] }> {
  demand(scope, "quarantine.correct");
  const stored = await query<StoredRow>(
    scope.tx,
    `select q.id, q.import_id as "importId", i.system, i.kind, q.line, q.fields
       from quarantined_rows q join imports i on i.tenant_id = q.tenant_id and i.id = q.import_id
      where q.id = any(?) and q.state = 'open' order by i.system, i.kind, q.import_id, q.line for update of q`,
    [input.corrections.map(({ rowId }) => rowId)],
  );
  const correctionOf = new Map(input.corrections.map(({ rowId, fields }) => [rowId, fields ?? {}]));
  const issuesOf = new Map<string, readonly RowIssue[]>(stored.map(({ id }) => [id, []]));
  for (const rows of Map.groupBy(stored, ({ importId }) => importId).values()) {
    for (const [id, issues] of await retryRows(scope, rows, correctionOf)) issuesOf.set(id, issues);
  }
  return {
    items: input.corrections.map(({ rowId }) => {
      const issues = issuesOf.get(rowId);
      if (issues === undefined) return { rowId, state: "not-found", issues: [] };
      return { rowId, state: issues.length > 0 ? "open" : "corrected", issues };
    }),
  };
}

async function retryRows(
  scope: Scope,
  rows: readonly StoredRow[],
  correctionOf: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Promise<ReadonlyMap<string, readonly RowIssue[]>> {
  const [{ importId, system, kind }] = rows as [StoredRow];
  const issuesOf = new Map<string, readonly RowIssue[]>();
  const retried = new Map<RawRow, string>();
  for (const row of rows) {
    const correction = correctionOf.get(row.id) ?? {};
    const faults = [...unknownColumns(kind, correction), ...cutCells(row, correction)];
    if (faults.length > 0) issuesOf.set(row.id, storableIssues(faults));
    else retried.set({ line: row.line, fields: inFileOrder(kind, { ...row.fields, ...correction }) }, row.id);
  }
  const references = await loadReferences(scope.tx, system);
  const spec = importKindSpecs[kind];
  const result = await importBatch(scope, {
    importId,
    system,
    kind,
    spec,
    references,
    seen: new Set(),
    rows: [...retried.keys()],
  });
  for (const { row, issues } of result.quarantined) issuesOf.set(retried.get(row) as string, storableIssues(issues));

  const corrected = rows.map(({ id }) => id).filter((id) => !issuesOf.has(id));
  await query(scope.tx, "update quarantined_rows set state = 'corrected' where id = any(?)", [corrected]);
  await query(
    scope.tx,
    `update quarantined_rows q set issues = u.issues from unnest(?::uuid[], ?::jsonb[]) u (id, issues) where q.id = u.id`,
    [[...issuesOf.keys()], [...issuesOf.values()].map((issues) => JSON.stringify(issues))],
  );
  await query(
    scope.tx,
    `update imports set rows_quarantined = rows_quarantined - ?, rows_added = rows_added + ?,
       rows_changed = rows_changed + ?, rows_unchanged = rows_unchanged + ? where id = ?`,
    [corrected.length, result.added, result.changed, result.unchanged, importId],
  );
  await scope.audit(corrected.map((id) => ({ action: "quarantine.corrected", subjectId: id })));
  return issuesOf;
}

const unknownColumns = (kind: ImportKind, correction: Readonly<Record<string, string>>): RowIssue[] =>
  Object.keys(correction)
    .filter((field) => !Object.hasOwn(importColumns[kind], field))
    .map((field) => ({ field, reason: `is no column of ${kind}` }));

/** Cells of which only the beginning was kept, and which nobody gave anew. */
const cutCells = ({ fields }: StoredRow, correction: Readonly<Record<string, string>>): RowIssue[] =>
  Object.entries(fields)
    .filter(([field, text]) => text.length >= quarantinedCellCharactersMax && correction[field] === undefined)
    .map(([field]) => ({
      field,
      reason: `was kept only in part (${quarantinedCellCharactersMax} characters); give it anew`,
    }));

/** As a file would bring them, so that the same row in a later file is recognised as the same. */
const inFileOrder = (kind: ImportKind, fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.keys(importColumns[kind]).flatMap((field) => (fields[field] === undefined ? [] : [[field, fields[field]]])),
  );
