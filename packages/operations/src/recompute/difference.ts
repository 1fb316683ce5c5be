import { canonicalJson } from "@plumbline/domain/policy/canonical-json";
import type { Columns } from "../drafts/content-columns.ts";

/** One thing that an invoice says otherwise than its inputs do. Values are text as the database writes it. */
export type Difference = {
  /** What it is of: `invoice`, `line 2`, `tax S 1900`, `snapshot`, … */
  readonly where: string;
  readonly member: string;
  /** Absent where one of the two has no such thing. */
  readonly stored?: string;
  readonly recomputed?: string;
};

/** A stored row as text, whatever the types of its columns. */
export type TextRow = Readonly<Record<string, string | null>>;

/** The select list of these columns as text. */
export const asText = (columns: Columns<never>, of: string): string =>
  Object.keys(columns)
    .map((name) => `${of}.${name}::text as ${name}`)
    .join(", ");

/** A row in memory as its stored form would be. */
export const rowText = <Row>(columns: Columns<Row>, row: Row, index: number): TextRow =>
  Object.fromEntries(Object.entries(columns).map(([name, [, value]]) => [name, textOf(value(row, index))]));

export const rowsText = <Row>(columns: Columns<Row>, rows: readonly Row[]): TextRow[] =>
  rows.map((row, index) => rowText(columns, row, index));

/** What a tax is called where it is compared. */
export const nameOfTax = (tax: TextRow): string =>
  ["tax", tax["category"], tax["basis_points"], tax["jurisdiction"]].filter(Boolean).join(" ");

/** A value as text, and what has parts as canonical JSON; null where there is none. */
export function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  return typeof value === "bigint" ? value.toString() : canonicalJson(value);
}

/** Rows of one kind, told apart by a name that says which each is. */
export function compareRows(
  stored: readonly TextRow[],
  recomputed: readonly TextRow[],
  nameOf: (row: TextRow) => string,
): Difference[] {
  const made = new Map(recomputed.map((row) => [nameOf(row), row]));
  const differences = stored.flatMap((row) => {
    const where = nameOf(row);
    const other = made.get(where);
    made.delete(where);
    return other === undefined ? [extra(where, row)] : compareMembers(where, row, other);
  });
  return [...differences, ...[...made].map(([where, row]) => missing(where, row))];
}

export const compareMembers = (where: string, stored: TextRow, recomputed: TextRow): Difference[] =>
  Object.keys(recomputed)
    .filter((member) => stored[member] !== recomputed[member])
    .map((member) => difference({ where, member }, stored[member], recomputed[member]));

export const difference = (
  at: Pick<Difference, "where" | "member">,
  stored: string | null | undefined,
  recomputed: string | null | undefined,
): Difference => ({
  ...at,
  ...(stored !== null && stored !== undefined && { stored }),
  ...(recomputed !== null && recomputed !== undefined && { recomputed }),
});

const extra = (where: string, row: TextRow): Difference => ({ where, member: "all of it", stored: wordsOf(row) });
const missing = (where: string, row: TextRow): Difference => ({ where, member: "all of it", recomputed: wordsOf(row) });

const wordsOf = (row: TextRow): string =>
  Object.entries(row)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
