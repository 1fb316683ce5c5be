import type { ImportKind } from "@plumbline/contract/import-row";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import type { BatchResult } from "./import-batch.ts";

/** An import that is ours to carry on with. */
export type Import = {
  readonly id: string;
  readonly system: string;
  readonly kind: ImportKind;
  /** Rows of the file that are settled, one way or the other. */
  readonly rowsRead: number;
  readonly storageKey: string | undefined;
  readonly tries: number;
};

export type ImportSummary = {
  readonly importId: string;
  readonly kind: ImportKind;
  readonly read: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly quarantined: number;
};

const leaseSeconds = 120;

type NewImport = {
  readonly kind: ImportKind;
  readonly system: string;
  readonly fileName: string;
  /** Where the file lies, when it is to be taken in later. */
  readonly kept?: { readonly storageKey: string; readonly fileHash: string };
};

export async function insertImport(scope: Scope, input: NewImport): Promise<string> {
  const id = scope.newId();
  await insertRows(scope.tx, "imports", [input], {
    id: ["uuid", () => id],
    system: ["text", ({ system }) => system],
    kind: ["text", ({ kind }) => kind],
    file_name: ["text", ({ fileName }) => fileName],
    state: ["text", ({ kept }) => (kept === undefined ? "running" : "queued")],
    storage_key: ["text", ({ kept }) => kept?.storageKey],
    file_hash: ["text", ({ kept }) => kept?.fileHash],
  });
  return id;
}

type Row = {
  readonly id: string;
  readonly system: string;
  readonly kind: ImportKind;
  readonly rows_read: number;
  readonly storage_key: string | null;
  readonly tries: number;
};

/** Takes an import that waits, or whose worker fell silent. Nobody else can until the lease ends. */
export async function takeImport(tx: TenantTx, id: string): Promise<Import | "over" | "must wait"> {
  const [taken] = await query<Row>(
    tx,
    `update imports i set state = 'running', tries = i.tries + 1, lease_until = now() + make_interval(secs => ?)
      where i.id = ? and (i.state = 'queued' or (i.state = 'running' and i.lease_until < now()))
        -- Files of one system refer to each other, so they come in as they were sent. One that got lost holds nobody up.
        and not exists (select 1 from imports e
                         where e.system = i.system and e.id < i.id
                           and ((e.state = 'queued' and e.started_at > now() - interval '1 day')
                             or (e.state = 'running' and e.lease_until > now() - interval '15 minutes')))
      returning i.id, i.system, i.kind, i.rows_read, i.storage_key, i.tries`,
    [leaseSeconds, id],
  );
  if (taken !== undefined) return fromRow(taken);
  const open = await query(tx, "select 1 from imports where id = ? and state in ('queued', 'running')", [id]);
  return open.length === 0 ? "over" : "must wait";
}

/**
 * Records that a batch is settled. The place the import was at before is part of the condition, so a worker that lost
 * its lease to another cannot write on.
 *
 * @returns false when the import was taken over
 */
export async function advanceImport(
  tx: TenantTx,
  { id, rowsRead }: Import,
  batch: { readonly rows: number } & BatchResult,
): Promise<boolean> {
  const { rows, added, changed, unchanged, quarantined } = batch;
  const advanced = await query(
    tx,
    `update imports set rows_read = rows_read + ?, rows_added = rows_added + ?, rows_changed = rows_changed + ?,
       rows_unchanged = rows_unchanged + ?, rows_quarantined = rows_quarantined + ?, tries = 0,
       lease_until = now() + make_interval(secs => ?)
      where id = ? and state = 'running' and rows_read = ? returning 1`,
    [rows, added, changed, unchanged, quarantined.length, leaseSeconds, id, rowsRead],
  );
  return advanced.length > 0;
}

/** Lets the next worker take an import at once instead of when its lease ends. */
export async function releaseImport(tx: TenantTx, { id, rowsRead }: Import): Promise<void> {
  await query(tx, "update imports set lease_until = now() where id = ? and state = 'running' and rows_read = ?", [
    id,
    rowsRead,
  ]);
}

/** @returns undefined when it is over already, or its place is another's */
export async function endImport(
  scope: Scope,
  { id, rowsRead }: Import,
  end: { readonly state: "done" } | { readonly state: "failed"; readonly failure: string },
): Promise<ImportSummary | undefined> {
  const [summary] = await query<ImportSummary>(
    scope.tx,
    `update imports set state = ?, failure = ?, lease_until = null, finished_at = now()
      where id = ? and state = 'running' and rows_read = ?
     returning id as "importId", kind, rows_read as read, rows_added as added, rows_changed as changed,
               rows_unchanged as unchanged, rows_quarantined as quarantined`,
    [end.state, end.state === "failed" ? end.failure : null, id, rowsRead],
  );
  if (summary === undefined) return undefined;
  await scope.emit([{ name: `import.${end.state}`, subjectId: id, data: summary }]);
  await scope.audit([{ action: `import.${end.state}`, subjectId: id }]);
  return summary;
}

/** Why an import failed, for whoever sent the file; what went wrong inside is not theirs to read. */
export const failureOf = (cause: unknown, { rowsRead }: Import): string =>
  cause instanceof Problem
    ? cause.message
    : `It broke off after ${rowsRead} rows by no fault of the file. Those stay; send the file again for the rest.`;

const fromRow = (row: Row): Import => ({
  id: row.id,
  system: row.system,
  kind: row.kind,
  rowsRead: row.rows_read,
  storageKey: row.storage_key ?? undefined,
  tries: row.tries,
});
