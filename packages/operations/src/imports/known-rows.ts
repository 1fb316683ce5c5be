import type { ImportKind } from "@plumbline/contract/import-row";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Keyed } from "./import-kind.ts";

/**
 * Saves edited rows of a table that keeps what was known: a correction is what we know from now on, and the old row
 * stays readable for the invoices it made.
 */
export async function replaceKnown<Item>(
  scope: Scope,
  input: {
    readonly kind: ImportKind;
    readonly table: string;
    readonly items: readonly Keyed<Item>[];
    readonly add: (scope: Scope, items: readonly Keyed<Item>[]) => Promise<void>;
  },
): Promise<void> {
  const { kind, table, items, add } = input;
  const old = items.map(({ id }) => id);
  await query(scope.tx, `update ${table} set known_to = now() where id = any(?) and known_to is null`, [old]);
  const fresh = items.map(({ item }) => ({ id: scope.newId(), item }));
  await add(scope, fresh);
  await query(
    scope.tx,
    `update external_refs r set subject_id = u.fresh from unnest(?::uuid[], ?::uuid[]) u (old, fresh)
      where r.kind = ? and r.subject_id = u.old`,
    [old, fresh.map(({ id }) => id), kind],
  );
}
