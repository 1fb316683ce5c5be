import { randomUUID } from "node:crypto";
import type { TestDatabase } from "@plumbline/testing/database";

type Admin = TestDatabase["admin"];
type Column = { readonly name: string; readonly type: string };
type Table = { readonly name: string; readonly columns: readonly Column[]; readonly perCopy: boolean };

/** Which of a template's ids a column holds: of something there is one of in a tenant, or one of for each copy. */
type Holds = "copy" | "tenant" | "neither";

/** Not needed to answer: what sources called things, remembered answers, jobs. */
const skipped = new Set(["external_refs", "idempotency_keys", "jobs"]);

export type BenchTenant = { readonly id: string; readonly slug: string };

/**
 * Copies a firm to many tenants, and everything about its invoices many times within each, set by set: the tables, and
 * what points at what, are read from the catalogue. Guards and keys are off meanwhile, because the template passed them.
 */
export async function multiply(
  admin: Admin,
  template: { readonly tenantId: string },
  { tenants, copies }: { readonly tenants: number; readonly copies: number },
): Promise<BenchTenant[]> {
  const made = Array.from({ length: tenants }, (_, index) => ({ id: randomUUID(), slug: `bench-${index + 1}` }));
  await admin.query(`
    create function pg_temp.copied(original uuid, salt text) returns uuid language sql immutable as
      $$ select overlay(overlay(md5(original::text || salt) placing '7' from 13) placing '8' from 17)::uuid $$`);
  await admin.query("set session_replication_role = replica");
  await admin.query(
    `insert into tenants (id, partner_id, slug, name, organization)
     select u.id, t.partner_id, u.slug, u.slug, 'org_' || replace(u.slug, '-', '')
       from tenants t, unnest($2::uuid[], $3::text[]) u (id, slug) where t.id = $1`,
    [template.tenantId, made.map(({ id }) => id), made.map(({ slug }) => slug)],
  );
  const tables = await tablesOf(admin);
  const ids = await idsOf(admin, tables, template.tenantId);
  const unique = await uniqueValues(admin);
  for (const table of tables) {
    const expressions: string[] = [];
    for (const { name, type } of table.columns) {
      const holds = type === "uuid" ? await holdsOf(admin, table, name, ids, template.tenantId) : "neither";
      expressions.push(
        expressionOf({ name, type, holds, isUnique: table.perCopy && unique.has(`${table.name}.${name}`) }),
      );
    }
    // Events and entries about the firm itself are told once; those about invoices with each of them.
    const about = ["outbox", "audit_entries"].includes(table.name)
      ? "and t.subject_id in (select id from invoices)"
      : "";
    await admin.query(
      `insert into ${table.name} (${table.columns.map(({ name }) => name).join(", ")})
       select ${expressions.join(", ")}
         from ${table.name} t, unnest($2::uuid[]) n (tenant), generate_series(1, $3) k where t.tenant_id = $1 ${about}`,
      [template.tenantId, made.map(({ id }) => id), table.perCopy ? copies : 1],
    );
  }
  await admin.query("reset session_replication_role");
  await admin.query("vacuum analyze");
  return made;
}

function expressionOf({ name, type, holds, isUnique }: Column & { holds: Holds; isUnique: boolean }): string {
  if (name === "tenant_id") return "n.tenant";
  if (holds === "copy") return `pg_temp.copied(t.${name}, n.tenant::text || k)`;
  if (holds === "tenant") return `pg_temp.copied(t.${name}, n.tenant::text)`;
  if (!isUnique) return `t.${name}`;
  return type === "text" ? `t.${name} || '-' || k` : `t.${name} * 100000 + k`;
}

/** Those with rows of tenants; of each copy are invoices, work and payments, and all that points at them. */
async function tablesOf(admin: Admin): Promise<Table[]> {
  const { rows } = await admin.query<{ name: string; columns: Column[]; perCopy: boolean }>(`
    with recursive per_copy as (
      select oid from pg_class where relname in ('invoices', 'work_items', 'payments') and relnamespace = 'public'::regnamespace
      union select k.conrelid from pg_constraint k join per_copy on k.confrelid = per_copy.oid where k.contype = 'f')
    select c.relname as name,
           c.oid in (select oid from per_copy) or c.relname in ('outbox', 'audit_entries') as "perCopy",
           jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum) as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id')
     group by c.oid, c.relname`);
  return rows.filter(({ name }) => !skipped.has(name));
}

type Ids = Readonly<Record<"copy" | "tenant", string[]>>;

async function idsOf(admin: Admin, tables: readonly Table[], tenantId: string): Promise<Ids> {
  const ids: Ids = { copy: [], tenant: [] };
  for (const { name, perCopy, columns } of tables) {
    if (!columns.some((column) => column.name === "id" && column.type === "uuid")) continue;
    const { rows } = await admin.query<{ id: string }>(`select id from ${name} where tenant_id = $1`, [tenantId]);
    ids[perCopy ? "copy" : "tenant"].push(...rows.map(({ id }) => id));
  }
  return ids;
}

async function holdsOf(admin: Admin, { name }: Table, column: string, ids: Ids, tenantId: string): Promise<Holds> {
  const { rows } = await admin.query<{ copy: boolean | null; tenant: boolean | null }>(
    `select bool_or(${column} = any($2)) as copy, bool_or(${column} = any($3)) as tenant from ${name} where tenant_id = $1`,
    [tenantId, ids.copy, ids.tenant],
  );
  return rows[0]?.copy ? "copy" : rows[0]?.tenant ? "tenant" : "neither";
}

/** What a key allows once in a tenant, such as an invoice's number. */
async function uniqueValues(admin: Admin): Promise<ReadonlySet<string>> {
  const { rows } = await admin.query<{ name: string }>(`
    select c.relname || '.' || a.attname as name
      from pg_index x join pg_class c on c.oid = x.indrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = any(x.indkey)
     where x.indisunique and a.atttypid in ('text'::regtype, 'bigint'::regtype) and c.relnamespace = 'public'::regnamespace
       and not exists (select from pg_attribute u where u.attrelid = c.oid and u.attnum = any(x.indkey)
                          and u.atttypid = 'uuid'::regtype and u.attname in ('invoice_id', 'id', 'work_item_id'))`);
  return new Set(rows.map(({ name }) => name));
}
