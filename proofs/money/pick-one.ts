import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

export type Who = Parameters<Firm["as"]>[0];

/** Does something to one row that is found now, in a transaction of its own. */
// What a row holds is known to whoever wrote its statement.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export async function onOne<Row>(
  firm: Firm,
  who: Who,
  { random, sql }: { readonly random: () => number; readonly sql: string },
  act: (scope: Scope, row: Row) => Promise<unknown>,
): Promise<"done" | "nothing to do"> {
  const inScope = await firm.as(who);
  const [row] = await inScope((scope) => pick<Row>(scope, random, 1, sql, []));
  if (row === undefined) return "nothing to do";
  await inScope((scope) => act(scope, row));
  return "done";
}

/** Some neighbouring rows of a list, at a random place. */
export async function pick<Row>(
  scope: Scope,
  random: () => number,
  most: number,
  sql: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const rows = await query<Row>(scope.tx, sql, values);
  const from = Math.floor(random() * rows.length);
  return rows.slice(from, from + 1 + Math.floor(random() * most)).slice(0, most);
}
