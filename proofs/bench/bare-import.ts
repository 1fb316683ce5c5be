import { createHash } from "node:crypto";
import type pg from "pg";
import { newId } from "@plumbline/platform/new-id";
import { type EntryRow, entryNumber } from "./imported-entries.ts";

const batchRows = 5_000;

/** One array per parameter of the statements below. */
type Batch = { readonly work: unknown[][]; readonly details: unknown[][]; readonly refs: unknown[][] };

/**
 * The limit to measure against: the same rows into the same tables, with their indexes and foreign keys, by a superuser
 * whom no policy checks. Everything is parsed, looked up and hashed beforehand, so that only writing is measured.
 */
export async function prepareBareImport(admin: pg.Client, tenantId: string, entries: number) {
  const idOf = await referenceIds(admin, tenantId);
  const batches: Batch[] = [];
  for (let from = 0; from < entries; from += batchRows) {
    const count = Math.min(batchRows, entries - from);
    const rows = Array.from({ length: count }, (_, index) => entryNumber(from + index, entries));
    batches.push(toBatch(rows, idOf));
  }
  return async () => {
    for (const { work, details, refs } of batches) {
      await admin.query("begin");
      await admin.query(insertWork, [tenantId, ...work]);
      await admin.query(insertDetails, [tenantId, ...details]);
      await admin.query(insertRefs, [tenantId, newId(), ...refs]);
      await admin.query("commit");
    }
  };
}

const insertWork = `
  insert into work_items (tenant_id, kind, id, version, engagement_id, project_id, worked_on, minutes, status)
  select $1, 'time', * from unnest($2::uuid[], $3::int[], $4::uuid[], $5::uuid[], $6::date[], $7::int[], $8::text[])`;
const insertDetails = `
  insert into time_entries (tenant_id, id, version, worker_id, role, task, narrative, started_minute)
  select $1, * from unnest($2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::int[])`;
const insertRefs = `
  insert into external_refs (tenant_id, system, kind, import_id, external_id, subject_id, version_hash)
  select $1, 'test', 'time_entries', $2, * from unnest($3::text[], $4::uuid[], $5::text[])`;

type ReferenceIds = {
  readonly projects: ReadonlyMap<string, { readonly id: string; readonly engagementId: string }>;
  readonly workers: ReadonlyMap<string, string>;
};

async function referenceIds(admin: pg.Client, tenantId: string): Promise<ReferenceIds> {
  const { rows } = await admin.query<{ kind: string; key: string; id: string; engagement_id: string }>(
    `select r.kind, r.external_id as key, r.subject_id as id, p.engagement_id
       from external_refs r left join projects p on p.tenant_id = r.tenant_id and p.id = r.subject_id
      where r.tenant_id = $1 and r.kind in ('projects', 'workers')`,
    [tenantId],
  );
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  return {
    projects: new Map(of("projects").map((row) => [row.key, { id: row.id, engagementId: row.engagement_id }])),
    workers: new Map(of("workers").map((row) => [row.key, row.id])),
  };
}

function toBatch(rows: readonly EntryRow[], { projects, workers }: ReferenceIds): Batch {
  const ids = rows.map(() => newId());
  const versions = rows.map(() => 1);
  return {
    work: [
      ids,
      versions,
      rows.map((row) => projects.get(row.project_key)?.engagementId),
      rows.map((row) => projects.get(row.project_key)?.id),
      rows.map((row) => row.work_date),
      rows.map((row) => Number(row.hours) * 60),
      rows.map((row) => row.status),
    ],
    details: [
      ids,
      versions,
      rows.map((row) => workers.get(row.worker_key)),
      rows.map((row) => row.role || null),
      rows.map((row) => row.task),
      rows.map((row) => row.narrative),
      rows.map((row) => (row.started_at === "" ? null : 9 * 60 + 30)),
    ],
    refs: [
      rows.map((row) => row.entry_key),
      ids,
      rows.map((row) => createHash("sha256").update(Object.values(row).join("\u001f")).digest("hex")),
    ],
  };
}
