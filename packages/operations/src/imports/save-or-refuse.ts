import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { RowIssue } from "./row-reader.ts";

/**
 * Saves rows in one go. When the database refuses them for what they hold, they are halved until only the rows it
 * refuses are left out: the net below the checks, which should find all of it before.
 *
 * @param save gives an issue for each id that it left out itself
 * @returns why, for each row that is not saved
 */
export async function saveOrRefuse<Row extends { readonly id: string }>(
  scope: Scope,
  rows: readonly Row[],
  save: (rows: readonly Row[]) => Promise<ReadonlyMap<string, RowIssue>>,
): Promise<ReadonlyMap<string, RowIssue>> {
  if (rows.length === 0) return new Map();
  await query(scope.tx, "savepoint rows");
  try {
    const refused = await save(rows);
    // What is otherwise judged at the commit is judged here, where it can be told whose fault it is.
    await query(scope.tx, "set constraints all immediate");
    await query(scope.tx, "set constraints all deferred");
    await query(scope.tx, "release savepoint rows");
    return refused;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await query(scope.tx, "rollback to savepoint rows");
    await query(scope.tx, "release savepoint rows");
    const [first] = rows;
    if (first !== undefined && rows.length === 1) return new Map([[first.id, issueOf(error)]]);
  }
  const half = Math.ceil(rows.length / 2);
  const refused = await saveOrRefuse(scope, rows.slice(0, half), save);
  return new Map([...refused, ...(await saveOrRefuse(scope, rows.slice(half), save))]);
}

type Refusal = Error & { readonly code: string; readonly constraint?: string; readonly column?: string };

/** Data exceptions, broken constraints, sizes beyond a limit, and our guards of rows. All else is no fault of a row. */
const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && "code" in error && /^(22|23|54|PL0[2-9]|PL[12])/.test(String(error.code));

// prettier-ignore
// oxfmt-ignore
const constraintsInWords: Readonly<Record<string, RowIssue>> = {
  engagements_tenant_id_code_key: { field: "code",       reason: "is the code of another engagement" },
  rate_cards_tenant_id_key_key:   { field: "card_key",   reason: "is the key of another rate card" },
  one_known_fx_rate:              { field: "rate",       reason: "another import has a rate of this source, pair and day" },
  one_default_card:               { field: "is_default", reason: "there is another default card of this currency" },
};

/** The database's own sentence names what it refuses, but not whose row it is: that is known here. */
const issueOf = ({ message, constraint, column }: Refusal): RowIssue =>
  constraintsInWords[constraint ?? ""] ?? { field: column ?? "row", reason: `the database refuses it: ${message}` };
