import type { Context } from "@plumbline/platform/tenancy";
import type { Target } from "./two-tenants.ts";

/**
 * A statement against one table, and what it must come to in our own context. Without a good context it must fail,
 * unless it touches no rows.
 */
export type Statement = {
  readonly kind: string;
  readonly sql: string;
  /**
   * `own rows`: only our tenant may be among the rows; `nothing`: no row is found or touched;
   * `refused`: an error and never one about what a row holds; `one row`: exactly one, because nothing of theirs stands in the way.
   */
  readonly ours: "own rows" | "nothing" | "refused" | "one row";
  /** Looks at no row, so no context is asked for. */
  readonly rowless?: true;
  /** May do what it does, and is rolled back. */
  readonly undo?: true;
};

/** Every kind of statement PostgreSQL has for a table, aimed at the other tenant. */
export function statementsAgainst(target: Target, { us, them }: { us: Context; them: Context }): Statement[] {
  const statements = [...reads(target), ...structure(target)];
  if (target.columns.some(({ insertable }) => insertable)) statements.push(...inserts(target, us, them));
  if (target.columns.some(({ updatable }) => updatable)) statements.push(...updates(target));
  statements.push(...removals(target));
  return statements;
}

function reads({ name, tenantColumn, theirRow, theirId }: Target): Statement[] {
  const tenant = `${tenantColumn} as tenant`;
  const theirs = `${tenantColumn} = '${theirId}'`;
  const key = Object.entries(theirRow).map(([column, value]) => `${column}::text is not distinct from ${value}`);
  const own = (kind: string, sql: string): Statement => ({ kind, sql, ours: "own rows" });
  const none = (kind: string, sql: string): Statement => ({ kind, sql, ours: "nothing" });
  return [
    own("select", `select ${tenant} from ${name}`),
    own("select or true", `select ${tenant} from ${name} where ${theirs} or true`),
    own("table", `select t.${tenantColumn} as tenant from (table ${name}) t`),
    own("union", `select ${tenant} from ${name} union all select ${tenant} from ${name} where ${theirs}`),
    own("prepare", `prepare attack as select ${tenant} from ${name}; execute attack`),
    own("cursor", `declare attack no scroll cursor for select ${tenant} from ${name}; fetch all from attack`),
    own(
      "dynamic",
      `do $$ begin perform 1 from ${name} where ${theirs}; if found then raise exception 'found' using errcode = 'PL999'; end if; end $$`,
    ),
    none("select theirs", `select ${tenant} from ${name} where ${theirs}`),
    none("select by key", `select ${tenant} from ${name} where ${key.join(" and ") || "false"}`),
    none("exists", `select 1 as tenant where exists (select from ${name} where ${theirs})`),
    none(
      "lateral",
      `select x.tenant from (values ('${theirId}'::uuid)) v (t), lateral (select ${tenant} from ${name} where ${tenantColumn} = v.t) x`,
    ),
    none(
      "recursive",
      `with recursive r as (select ${tenant} from ${name} where ${theirs} union select tenant from r) table r`,
    ),
    none(
      "error as oracle",
      `select 1 / (case when ${theirs} then 0 else 1 end) as tenant from ${name} where ${theirs} or 1 / (case when ${theirs} then 0 else 1 end) = 0`,
    ),
    none("cast as oracle", `select ${tenant} from ${name} where ${theirs} and concat('x', ${tenantColumn})::int = 1`),
    {
      ...none(
        "statistics",
        `select tablename as tenant from pg_stats where format('%I.%I', schemaname, tablename) = '${name}'`,
      ),
      rowless: true,
    },
    none("copy out", `copy (select ${tenant} from ${name} where ${theirs}) to stdout`),
    { kind: "copy to a program", sql: `copy ${name} to program 'true'`, ours: "refused" },
  ];
}

function inserts(target: Target, us: Context, them: Context): Statement[] {
  const { name, columns, theirRow } = target;
  const names = columns.map((column) => column.name).join(", ");
  const row = (tenantId: string, values: (column: string, value: string) => string) =>
    columns
      .map((column) => (column.name === "tenant_id" ? `'${tenantId}'` : values(column.name, column.value)))
      .join(", ");
  const fresh = row(them.tenantId, (_, value) => value);
  const taken = row(them.tenantId, (column, value) => theirRow[column] ?? value);
  // What is ours but for the tenant is theirs to the letter: no key of theirs may stand in its way.
  const twin = row(us.tenantId, (column, value) =>
    column === "actor_id" ? `'${us.actorId}'` : (theirRow[column] ?? value),
  );
  const refused = (kind: string, sql: string): Statement => ({ kind, sql, ours: "refused" });
  const [first = "tenant_id"] = columns.filter(({ updatable }) => updatable).map((column) => column.name);
  const updatable = columns.some((column) => column.updatable);
  return [
    refused("insert for them", `insert into ${name} (${names}) values (${fresh})`),
    refused("insert their key", `insert into ${name} (${names}) values (${taken})`),
    refused("insert select", `insert into ${name} (${names}) select ${fresh} from generate_series(1, 2)`),
    refused("insert returning", `insert into ${name} (${names}) values (${fresh}) returning tenant_id as tenant`),
    refused("on conflict do nothing", `insert into ${name} (${names}) values (${taken}) on conflict do nothing`),
    ...(updatable
      ? [
          refused(
            "merge",
            `merge into ${name} t using (select) s on t.tenant_id = '${them.tenantId}' when matched then update set ${first} = t.${first} when not matched then insert (${names}) values (${fresh})`,
          ),
        ]
      : []),
    refused("insert in a function", `do $$ begin insert into ${name} (${names}) values (${fresh}); end $$`),
    refused("copy in", `copy ${name} from stdin`),
    {
      kind: "their key as ours",
      sql: `insert into ${name} (${names}) values (${twin}) on conflict do nothing returning tenant_id as tenant`,
      ours: "one row",
      undo: true,
    },
  ];
}

function updates({ name, columns, tenantColumn, theirRow, theirId }: Target): Statement[] {
  const [column = ""] = columns.filter(({ updatable }) => updatable).map((known) => known.name);
  const theirs = `${tenantColumn} = '${theirId}'`;
  const id = theirRow["id"] === undefined ? theirs : `id::text = ${theirRow["id"]}`;
  const none = (kind: string, sql: string): Statement => ({ kind, sql, ours: "nothing" });
  return [
    none("update", `update ${name} set ${column} = ${column} where ${theirs}`),
    none("update by id", `update ${name} set ${column} = ${column} where ${id}`),
    none("update from", `update ${name} t set ${column} = s.${column} from ${name} s where t.${theirs}`),
    none(
      "update returning",
      `update ${name} set ${column} = ${column} where ${theirs} returning ${tenantColumn} as tenant`,
    ),
    none(
      "update in a with",
      `with u as (update ${name} set ${column} = ${column} where ${theirs} returning ${tenantColumn} as tenant) table u`,
    ),
    {
      kind: "update all",
      sql: `update ${name} set ${column} = ${column} returning ${tenantColumn} as tenant`,
      ours: "own rows",
    },
    ...["update", "no key update", "share", "key share"].map((strength) =>
      none(`for ${strength}`, `select ${tenantColumn} as tenant from ${name} where ${theirs} for ${strength}`),
    ),
    ...(columns.some((known) => known.name === "tenant_id" && known.updatable)
      ? [{ kind: "give away", sql: `update ${name} set tenant_id = '${theirId}'`, ours: "refused" } as const]
      : []),
  ];
}

function removals({ name, tenantColumn, theirId }: Target): Statement[] {
  const theirs = `${tenantColumn} = '${theirId}'`;
  return [
    `delete from ${name} where ${theirs}`,
    `delete from ${name} t using tenants other where t.${theirs}`,
    `truncate ${name}`,
    `truncate ${name} cascade`,
    `drop table ${name}`,
  ].map((sql): Statement => ({ kind: sql.split(" ").slice(0, 1).join(" "), sql, ours: "refused" }));
}

/** What would take the wall down, or go round it. */
function structure({ name, tenantColumn }: Target): Statement[] {
  const bare = name.split(".").at(-1);
  return [
    `alter table ${name} disable row level security`,
    `alter table ${name} no force row level security`,
    `alter table ${name} disable trigger all`,
    `alter table ${name} owner to plumb_app`,
    `create policy attack on ${name} using (true)`,
    `drop policy tenant_isolation on ${name}`,
    `create rule attack as on insert to ${name} do also nothing`,
    `create trigger attack before insert on ${name} for each row execute function app.tenant()`,
    `create view public.attack as select * from ${name}`,
    `create temporary view attack as select * from ${name}`,
    `create temporary table ${bare} as select ${tenantColumn} from ${name}`,
    `select * into temporary attack from ${name}`,
    `create table public.attack (like ${name} including all)`,
    `create table public.attack () inherits (${name})`,
    `create statistics public.attack on ${tenantColumn} from ${name}`,
    `create index attack on ${name} (${tenantColumn})`,
    `grant select on ${name} to plumb_relay with grant option; set role plumb_relay`,
    `set local row_security = off; select ${tenantColumn} as tenant from ${name}`,
    `set role plumb_owner; select ${tenantColumn} as tenant from ${name}`,
    `comment on table ${name} is 'attack'`,
  ].map((sql): Statement => ({ kind: `structure: ${sql.split(" ").slice(0, 3).join(" ")}`, sql, ours: "refused" }));
}
