import type pg from "pg";
import type { TenantId } from "@plumbline/domain/id";
import { walledTables } from "@plumbline/platform/catalogue";
import { newId } from "@plumbline/platform/new-id";
import type { Context } from "@plumbline/platform/tenancy";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { fillEveryTable, type TestColumn } from "@plumbline/testing/rows-in-every-table";
import type { TestServer } from "@plumbline/testing/test-server";

/** A table or view that belongs to tenants, as an attacker knows it. */
export type Target = {
  readonly name: string;
  readonly columns: readonly TestColumn[];
  /** The other tenant's row, as SQL literals by column. */
  readonly theirRow: Readonly<Record<string, string>>;
  readonly ourRow: Readonly<Record<string, string>>;
  /** Which column says whose row it is: `tenant_id`, or `id` of the tenant or partner itself. */
  readonly tenantColumn: "tenant_id" | "id";
  /** What stands there, in our rows and in theirs. */
  readonly ourId: string;
  readonly theirId: string;
};

/** A database in which only row-level security is left to refuse anything, with a row of each tenant in every table. */
export type TwoTenants = {
  readonly database: TestDatabase;
  readonly us: Context;
  readonly them: Context;
  readonly targets: readonly Target[];
};

export async function openTwoTenants(server: TestServer, keep?: "foreign keys"): Promise<TwoTenants> {
  const database = await openTestDatabase(server);
  const { admin } = database;
  const us: Context = { tenantId: newId() as TenantId, actorId: newId<"actor">() };
  const them: Context = { tenantId: newId() as TenantId, actorId: newId<"actor">() };
  const tables = await walledTables(async (sql) => (await admin.query<Record<string, unknown>>(sql)).rows);
  const columns = await fillEveryTable(admin, [us, them], keep === undefined ? {} : { keep });
  await admin.query("analyze");
  const partnerOf = async ({ tenantId }: Context) => {
    const { rows } = await admin.query<{ id: string }>("select partner_id as id from tenants where id = $1", [
      tenantId,
    ]);
    return rows[0]?.id ?? "";
  };
  const targets: Target[] = [];
  for (const name of tables) {
    const known = columns.get(name) ?? (await viewColumns(admin, name));
    const tenantColumn = known.some((column) => column.name === "tenant_id") ? "tenant_id" : "id";
    const [ourId, theirId] =
      name === "public.partners" ? [await partnerOf(us), await partnerOf(them)] : [us.tenantId, them.tenantId];
    const rowOf = async (id: string) => {
      const { rows } = await admin.query<Record<string, string>>(
        `select ${known.map((column) => `quote_nullable(${column.name}::text) as ${column.name}`).join(", ")}
           from ${name} where ${tenantColumn} = $1`,
        [id],
      );
      if (rows[0] === undefined) throw new Error(`how a row of ${name} belongs to a tenant is not known here`);
      return rows[0];
    };
    targets.push({
      name,
      columns: known,
      theirRow: await rowOf(theirId),
      ourRow: await rowOf(ourId),
      tenantColumn,
      ourId,
      theirId,
    });
  }
  return { database, us, them, targets };
}

/** A view is read and never written. */
async function viewColumns(admin: pg.Client, view: string): Promise<TestColumn[]> {
  const { rows } = await admin.query<{ name: string }>(
    "select quote_ident(attname) as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped",
    [view],
  );
  return rows.map(({ name }) => ({ name, insertable: false, updatable: false, value: "null" }));
}

/** Which rows there are, and which transaction wrote each: whatever touches one changes this. */
export async function traceOf(
  admin: pg.Client,
  targets: readonly Target[],
  whose: "all" | "theirs" = "all",
): Promise<string[]> {
  const traces: string[] = [];
  for (const { name, tenantColumn, theirId } of targets) {
    const { rows } = await admin.query<{ trace: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(concat(t.*, ' ', t.xmin), ',' order by t.*::text)), '') as trace
         from ${name} t ${whose === "all" ? "" : `where ${tenantColumn} = '${theirId}'`}`,
    );
    traces.push(`${name} ${rows[0]?.trace}`);
  }
  return traces;
}
