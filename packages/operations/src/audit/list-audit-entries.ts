import type { z } from "zod";
import type { auditEntryWire, auditFilter } from "@plumbline/contract/audit";
import type { Page } from "@plumbline/contract/page";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";

type AuditFilter = z.output<z.ZodObject<typeof auditFilter>>;
type AuditEntryWire = z.output<typeof auditEntryWire>;

/**
 * One page of who did what, newest first.
 *
 * @throws Problem `permission-missing` | `request-invalid` for a cursor of another list
 */
export async function listAuditEntries(scope: Scope, filter: AuditFilter): Promise<Page<AuditEntryWire>> {
  demand(scope, "audit.read");
  const { where, values } = matching({ "a.subject_id": filter.subjectId, "a.action": filter.action });
  const page = keysetPage(filter, { sort: { "a.id": "uuid" }, direction: "desc" });
  const rows = await query<Row>(
    scope.tx,
    `select a.*, m.name as actor_name, m.kind as actor_kind, ${page.keys}
       from audit_entries a join memberships m on m.tenant_id = a.tenant_id and m.id = a.actor_id
      where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, toWire);
}

type Row = {
  readonly id: AuditEntryWire["id"];
  readonly occurred_at: Date;
  readonly action: string;
  readonly subject_id: string;
  readonly actor_name: string;
  readonly actor_kind: AuditEntryWire["byKind"];
  readonly before_hash: string | null;
  readonly after_hash: string | null;
  readonly bundle_hash: string | null;
  readonly reason: string | null;
  readonly page_keys: readonly string[];
};

const toWire = (row: Row): AuditEntryWire => ({
  id: row.id,
  at: row.occurred_at.toISOString(),
  action: row.action,
  subjectId: row.subject_id,
  by: row.actor_name,
  byKind: row.actor_kind,
  ...(row.before_hash !== null && { beforeHash: row.before_hash }),
  ...(row.after_hash !== null && { afterHash: row.after_hash }),
  ...(row.bundle_hash !== null && { bundleHash: row.bundle_hash }),
  ...(row.reason !== null && { reason: row.reason }),
});
