import type { TenantId } from "@plumbline/domain/id";
import type { TestDatabase } from "@plumbline/testing/database";

/** Every row that has an id, by table and firm. */
export type Rows = {
  readonly of: (table: string, tenantId: TenantId) => readonly { readonly id: string; readonly contentHash?: string }[];
  readonly has: (table: string) => boolean;
  readonly idsOf: (tenantIds: readonly TenantId[]) => ReadonlySet<string>;
};

/**
 * What few tries should meet first: invoices of each stage, clients and engagements that owe; and of interest what is asked of
 * another client than the one whose payments come first, because charging it takes that client's money out of the way.
 */
const orders: Readonly<Record<string, string>> = {
  interest_claims: "invoice_id desc, id",
  invoices: "row_number() over (partition by tenant_id, stage order by id), id",
  clients: `(select min(i.id::text) from invoices i
              where i.tenant_id = clients.tenant_id and i.payer_id = clients.id and i.number is not null), id`,
  engagements: `(select min(i.id::text) from invoices i
                  where i.tenant_id = engagements.tenant_id and i.engagement_id = engagements.id and i.number is not null), id`,
};

export async function readRows({ admin }: TestDatabase): Promise<Rows> {
  const { rows: tables } = await admin.query<{ name: string; hashed: boolean }>(`
    select c.relname as name, exists (select from pg_attribute h where h.attrelid = c.oid and h.attname = 'content_hash') as hashed
      from pg_class c join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id'
      join pg_attribute i on i.attrelid = c.oid and i.attname = 'id' and i.atttypid = 'uuid'::regtype
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`);
  const all: { table: string; tenant_id: string; id: string; contentHash?: string }[] = [];
  for (const { name, hashed } of tables) {
    const order = orders[name] ?? "id";
    const { rows } = await admin.query<{ tenant_id: string; id: string; contentHash?: string }>(
      `select tenant_id, id ${hashed ? `, content_hash as "contentHash"` : ""} from ${name} order by ${order}`,
    );
    for (const row of rows) all.push({ table: name, ...row });
  }
  const byPlace = Map.groupBy(all, ({ table, tenant_id }) => `${table} ${tenant_id}`);
  return {
    of: (table, tenantId) => byPlace.get(`${table} ${tenantId}`) ?? [],
    has: (table) => tables.some(({ name }) => name === table),
    idsOf: (tenantIds) =>
      new Set(all.filter(({ tenant_id }) => tenantIds.includes(tenant_id as TenantId)).map(({ id }) => id)),
  };
}
