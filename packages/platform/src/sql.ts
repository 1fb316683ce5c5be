import type { Knex } from "knex";
import type { TenantTx } from "./tenancy.ts";

/**
 * Runs one statement and gives its rows. `?` marks a value; arrays travel as one value, for `any(?)` and `unnest(?)`.
 */
export async function query<Row = Record<string, unknown>>(
  tx: TenantTx,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    // Knex types values narrowly; the driver takes arrays with nulls as well.
    const { rows } = await tx.raw<{ rows: Row[] }>(sql, values as Knex.Value[]);
    return rows;
  } catch (error) {
    throw withoutStatement(error);
  }
}

/** Knex puts the whole statement before the database's own sentence; only the sentence tells a person anything. */
function withoutStatement(error: unknown): unknown {
  if (error instanceof Error) error.message = error.message.slice(error.message.lastIndexOf(" - ") + 3);
  return error;
}

/** As `query`, for one row that must be there. */
export async function queryOne<Row>(tx: TenantTx, sql: string, values: readonly unknown[] = []): Promise<Row> {
  const [row] = await query<Row>(tx, sql, values);
  if (row === undefined) throw new Error(`one row expected from: ${sql.slice(0, 120)}`);
  return row;
}

/** The conditions of a filter: columns equal what is given for them, and are free where nothing is. */
export function matching(filter: Readonly<Record<string, unknown>>): {
  readonly where: string;
  readonly values: readonly unknown[];
} {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return {
    where: given.map(([column]) => `${column} = ?`).join(" and ") || "true",
    values: given.map(([, value]) => value),
  };
}

/** How a column is written: its SQL type, and its value for a row. Types ending in `[]` take arrays of text. */
export type Column<Row> = readonly [
  type: "uuid" | "text" | "int" | "bigint" | "numeric" | "boolean" | "date" | "timestamptz" | "jsonb" | "text[]",
  value: (row: Row, index: number) => unknown,
];

type Constant = string | readonly [expression: string, value: unknown];

/**
 * Inserts many rows in one statement. The tenant is named once as a constant: left to the column's default it would be
 * computed for every row.
 *
 * @param constants columns that are the same for every row: an SQL expression, or one with a `?` and its value
 * @param suffix what follows the values, such as `on conflict …` or `returning …`; its rows are returned
 */
export async function insertRows<Row, Returned = Record<string, never>>(
  tx: TenantTx,
  table: string,
  rows: readonly Row[],
  columns: Readonly<Record<string, Column<Row>>>,
  options: { readonly constants?: Readonly<Record<string, Constant>>; readonly suffix?: string } = {},
): Promise<Returned[]> {
  if (rows.length === 0) return [];
  const constants: Record<string, Constant> = { tenant_id: "(select app.tenant())", ...options.constants };
  const expressions = Object.values(constants);
  const names = Object.keys(columns);
  const types = Object.values(columns).map(([type]) => type);
  const picked = names.map((name, index) => (types[index] === "text[]" ? fromJsonArray(name) : `u.${name}`));
  const sql = `
    insert into ${table} (${[...Object.keys(constants), ...names].join(", ")})
    select ${[...expressions.map((constant) => (typeof constant === "string" ? constant : constant[0])), ...picked].join(", ")}
      from unnest(${types.map((type) => `?::${type === "text[]" ? "jsonb" : type}[]`).join(", ")}) u (${names.join(", ")})
    ${options.suffix ?? ""}`;
  return query<Returned>(tx, sql, [
    ...expressions.flatMap((constant) => (typeof constant === "string" ? [] : [constant[1]])),
    ...Object.values(columns).map(([type, value]) => rows.map(encoder(type, value))),
  ]);
}

/** PostgreSQL flattens an array of arrays, so lists travel as JSON. */
const fromJsonArray = (name: string) => `array(select jsonb_array_elements_text(u.${name}))`;

function encoder<Row>(type: Column<Row>[0], value: Column<Row>[1]): Column<Row>[1] {
  if (type === "jsonb" || type === "text[]") return (row, index) => JSON.stringify(value(row, index)) ?? null;
  if (type === "bigint") return (row, index) => asText(value(row, index));
  return (row, index) => value(row, index) ?? null;
}

const asText = (value: unknown) => (typeof value === "bigint" || typeof value === "number" ? value.toString() : null);
