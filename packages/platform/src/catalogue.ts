import { checks } from "./catalogue-checks.ts";

/** Runs one statement and gives its rows; what the catalogue is read through. */
export type CatalogueQuery = (sql: string) => Promise<readonly Record<string, unknown>[]>;

export type CatalogueFault = { readonly relation: string; readonly fault: string };

type Shared = {
  readonly why: string;
  /** The wall such a table has instead of `tenant_id`, as PostgreSQL prints it; none when no tenant has data in it. */
  readonly wall?: string;
  readonly grants: readonly "SELECT"[];
};

/** Every table without `tenant_id`. A table that is in neither form is a fault. */
const sharedTables: Readonly<Record<string, Shared>> = {
  "public.tenants": {
    why: "is the tenant: its id takes the part of tenant_id",
    wall: "(id = ( SELECT app.tenant() AS tenant))",
    grants: ["SELECT"],
  },
  "public.partners": {
    why: "stands above its tenants; each sees its own partner",
    wall: "(id = ( SELECT tenants.partner_id\n   FROM tenants\n  WHERE (tenants.id = ( SELECT app.tenant() AS tenant))))",
    grants: ["SELECT"],
  },
  "public.schema_migrations": { why: "which migrations ran; the owner's alone", grants: [] },
  "public.schema_migrations_lock": { why: "one migration at a time; the owner's alone", grants: [] },
  "app.invoice_moves": { why: "the same for every tenant, fed from the lifecycle table", grants: ["SELECT"] },
  "app.stage_waits": { why: "the same for every tenant, fed from the stages' waits", grants: ["SELECT"] },
  "app_private.context_keys": { why: "what contexts are signed with; read by one function of the owner", grants: [] },
};

/** Functions that run with the owner's rights, and why each must. */
const definerFunctions: Readonly<Record<string, string>> = {
  "app_private.context()": "reads the signing keys",
  "app.tenant()": "asks app_private.context(), which the runtime cannot call",
  "app.actor()": "asks app_private.context(), which the runtime cannot call",
  "app.find_tenant(text)": "answers before a tenant is known",
  "app.provision_tenant(text, text, uuid, text, text, text)": "creates the tenant that a context will name",
  "app.own_tenants()": "finds the other firms of whoever asks, and of nobody else",
};

/** Policies for anyone but plumb_app: the relay has no context, and the owner's serve the functions above. */
const otherPolicies = [
  "plumb_relay: all on public.outbox",
  "plumb_relay: all on public.jobs",
  "plumb_relay: all on public.clocks",
  "plumb_owner: all on public.tenants",
  "plumb_owner: all on public.partners",
  "plumb_owner: select on public.memberships",
] as const;

/** The headers the relay works with. Whatever else it could read would leave the wall. */
const relayColumns: Readonly<Record<string, readonly string[]>> = {
  "SELECT public.outbox": ["tenant_id", "id", "name", "subject_id", "sequence", "occurred_at", "published_at"],
  "UPDATE public.outbox": ["published_at"],
  // prettier-ignore
  // oxfmt-ignore
  "SELECT public.jobs": ["tenant_id", "event_id", "name", "lane", "subject_id", "sequence", "state", "due_at", "hinted_at", "lease_until", "attempts"],
  "INSERT public.jobs": ["tenant_id", "event_id", "name", "lane", "subject_id", "sequence"],
  "UPDATE public.jobs": ["hinted_at"],
  "SELECT public.clocks": ["tenant_id", "next_at"],
};

/**
 * Everything in the database that breaks the form of isolation, money or ownership; empty when all is well.
 * A new table is covered by being there, so nobody can forget to add it to a test.
 */
export async function catalogueFaults(query: CatalogueQuery): Promise<CatalogueFault[]> {
  const rows = await query(`with ${lists()}, ${checks}`);
  return rows.map((row) => ({ relation: String(row["relation"]), fault: String(row["fault"]) }));
}

/** Tables and views that plumb_app may read at least one column of, as `schema.name`. */
export async function readableTables(query: CatalogueQuery): Promise<string[]> {
  const rows = await query(`
    select format('%I.%I', n.nspname, c.relname) as relation
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and has_schema_privilege('plumb_app', n.oid, 'usage') and has_any_column_privilege('plumb_app', c.oid, 'select')
     order by 1`);
  return rows.map((row) => String(row["relation"]));
}

/** Those of them that answer only to a tenant's context: all but what is the same for every tenant. */
export async function walledTables(query: CatalogueQuery): Promise<string[]> {
  const open = Object.entries(sharedTables).filter(([, { wall }]) => wall === undefined);
  const readable = await readableTables(query);
  return readable.filter((relation) => !open.some(([shared]) => shared === relation));
}

function lists(): string {
  const shared = Object.entries(sharedTables).map(
    ([relation, { wall, grants }]) =>
      `(${text(relation)}, ${wall === undefined ? "null" : text(wall)}, array[${grants.map(text).join(", ")}]::text[])`,
  );
  const relay = Object.entries(relayColumns).flatMap(([grant, columns]) =>
    columns.map((column) => `(${text(grant)}, ${text(column)})`),
  );
  return `
    shared (relation, wall, may) as (values ${shared.join(", ")}),
    definers (signature) as (values ${Object.keys(definerFunctions).map(one).join(", ")}),
    other_policies (holder) as (values ${otherPolicies.map(one).join(", ")}),
    relay_columns (privilege, col) as (values ${relay.join(", ")})`;
}

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const one = (value: string) => `(${text(value)})`;
