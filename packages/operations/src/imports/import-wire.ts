import type { ImportWire } from "@plumbline/contract/import";

/** For `from`: imports with the name of who sent them. */
export const importsTold = `
  (select i.*, coalesce(m.name, 'somebody who left') as started_by_name
     from imports i left join memberships m on m.tenant_id = i.tenant_id and m.id = i.started_by) i`;

export type ImportRow = Pick<ImportWire, "id" | "kind" | "system" | "state"> & {
  readonly file_name: string;
  readonly failure: string | null;
  readonly rows_read: number;
  readonly rows_added: number;
  readonly rows_changed: number;
  readonly rows_unchanged: number;
  readonly rows_quarantined: number;
  readonly file_hash: string | null;
  readonly started_by_name: string;
  readonly started_at: Date;
  readonly finished_at: Date | null;
};

export const toImportWire = (row: ImportRow): ImportWire => ({
  id: row.id,
  kind: row.kind,
  system: row.system,
  fileName: row.file_name,
  state: row.state,
  ...(row.failure !== null && { failure: row.failure }),
  rowsRead: row.rows_read,
  rowsAdded: row.rows_added,
  rowsChanged: row.rows_changed,
  rowsUnchanged: row.rows_unchanged,
  rowsQuarantined: row.rows_quarantined,
  ...(row.file_hash !== null && { fileHash: row.file_hash }),
  startedBy: row.started_by_name,
  startedAt: row.started_at.toISOString(),
  ...(row.finished_at !== null && { finishedAt: row.finished_at.toISOString() }),
});
