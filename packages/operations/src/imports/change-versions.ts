import type { WorkItemId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { giveBackStaleDraws } from "../hour-buckets/give-back-draws.ts";
import { saveBilledEdits } from "../work/billed-edits.ts";
import type { Keyed } from "./import-kind.ts";

export type Versioned<Item> = Keyed<Item> & { readonly version: number };

export const firstVersions = <Item>(items: readonly Keyed<Item>[]): Versioned<Item>[] =>
  items.map((keyed) => ({ ...keyed, version: 1 }));

/**
 * Edited work becomes a new version, unless an issued invoice already bills it: that needs a correction, not an edit.
 *
 * @returns why, for what is refused
 */
export async function changeVersions<Item>(
  scope: Scope,
  items: readonly Keyed<Item>[],
  save: (scope: Scope, items: readonly Versioned<Item>[]) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const ids = items.map(({ id }) => id);
  const refused = new Map(
    [...(await billedWork(scope, ids))].map(([id, number]) => [
      id,
      `was already billed on invoice ${number}; correct it by a credit`,
    ]),
  );
  await addVersions(
    scope,
    items.filter(({ id }) => !refused.has(id)),
    save,
  );
  return refused;
}

/** The same for work that may change after it was billed: the edit remembers as what, and the next run brings the difference. */
export async function changeBilledVersions<Item>(
  scope: Scope,
  items: readonly Keyed<Item>[],
  save: (scope: Scope, items: readonly Versioned<Item>[]) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const ids = items.map(({ id }) => id);
  const billed = await billedWork(scope, ids);
  const refused = new Map([...(await divided(scope, ids)), ...(await conceded(scope, ids))]);
  await addVersions(
    scope,
    items.filter(({ id }) => !refused.has(id)),
    save,
  );
  await giveBackStaleDraws(
    scope,
    items.map(({ id }) => id as WorkItemId), // Time and costs are work.
  );
  await saveBilledEdits(
    scope,
    [...billed.keys()].filter((id) => !refused.has(id)),
  );
  return refused;
}

async function addVersions<Item>(
  scope: Scope,
  items: readonly Keyed<Item>[],
  save: (scope: Scope, items: readonly Versioned<Item>[]) => Promise<void>,
): Promise<void> {
  const retired = await query<{ id: string; version: number }>(
    scope.tx,
    "update work_items set current = false where id = any(?) and current returning id, version",
    [items.map(({ id }) => id)],
  );
  await releaseOutcomes(
    scope,
    retired.map(({ id }) => id),
  );
  const versionOf = new Map(retired.map(({ id, version }) => [id, version + 1]));
  await save(
    scope,
    items.flatMap((keyed) => {
      const version = versionOf.get(keyed.id);
      return version === undefined ? [] : [{ ...keyed, version }];
    }),
  );
}

/**
 * What was accounted for without a line is accounted for anew, as the work is now. What a draft bills is not: it is revised
 * before anybody signs it, and so is what a bucket covers with it. What a credit gave up beside what is still billed stays so.
 */
async function releaseOutcomes(scope: Scope, ids: readonly string[]): Promise<void> {
  await query(
    scope.tx,
    `update claims c set released_at = now()
      where c.work_item_id = any(?) and c.line_id is null and c.released_at is null
        and not exists (select 1 from bucket_draws d where d.tenant_id = c.tenant_id and d.claim_id = c.id)
        and not (c.outcome = 'written_off' and exists (
          select 1 from claims b where b.tenant_id = c.tenant_id and b.work_item_id = c.work_item_id
             and b.line_id is not null and b.released_at is null))`,
    [ids],
  );
}

/** What several bear is not brought by a difference: each of them was asked for a part of it as it was. */
async function divided(scope: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await query<{ id: string; number: string }>(
    scope.tx,
    `select c.work_item_id as id, max(i.number_text) as number
       from claims c join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
      where c.work_item_id = any(?) and c.released_at is null and c.part > 0 and i.number is not null group by 1`,
    [ids],
  );
  return new Map(
    rows.map(({ id, number }) => [id, `a part of it was already billed on invoice ${number}; correct it by a credit`]),
  );
}

/** What was given up after bill, all of it, is over: edited, it would be unbilled work again. */
async function conceded(scope: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await query<{ id: string; number: string }>(
    scope.tx,
    `select c.work_item_id as id, max(i.number_text) as number
       from claims c
       join claims b on b.tenant_id = c.tenant_id and b.work_item_id = c.work_item_id
       join credit_lines x on x.tenant_id = b.tenant_id and x.corrected_line_id = b.line_id and x.treatment = 'concession'
       join invoice_lines l on l.tenant_id = b.tenant_id and l.id = b.line_id
       join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
      where c.work_item_id = any(?) and c.outcome = 'written_off' and c.released_at is null and not exists (
        select 1 from claims k where k.tenant_id = c.tenant_id and k.work_item_id = c.work_item_id
           and k.line_id is not null and k.released_at is null)
      group by 1`,
    [ids],
  );
  return new Map(
    rows.map(({ id, number }) => [id, `was given up by a credit of invoice ${number}, and stays as it was`]),
  );
}

/** Work that issued invoices bill, with the number of the latest. */
async function billedWork(scope: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const claimed = await query<{ id: string; number: string | null }>(
    scope.tx,
    // Whoever issues one of them now is waited for, and whoever comes later finds the edit: an invoice is issued with
    // its work as it stands, or the work is edited, and never both.
    `select c.work_item_id as id, i.number_text as number
       from claims c join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
      where c.work_item_id = any(?) and c.released_at is null order by i.id for share of i`,
    [ids],
  );
  return new Map(claimed.flatMap(({ id, number }) => (number === null ? [] : [[id, number] as const])));
}
