import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import type { FxRateRow } from "../fx/rate-sql.ts";
import { writeDownJson } from "../write-downs/load-write-downs.ts";
import { compareMembers, type Difference, textOf, type TextRow } from "./difference.ts";
import type { StoredDrafting } from "./redraft-invoices.ts";

/**
 * Holds what draftings kept against those rows that are never changed: rates, terms, checks of VAT ids and versions of
 * work. They say the same for ever, so that one that does not was changed behind the database's back.
 *
 * @returns differences by drafting
 */
export async function compareInputs(
  tx: TenantTx,
  draftings: readonly StoredDrafting[],
): Promise<ReadonlyMap<string, readonly Difference[]>> {
  const kept = draftings.map(({ id, inputs, intact }) => ({ id, intact, parts: partsOf(inputs) }));
  const ids = kept.flatMap(({ parts }) => [...parts.values()].map(({ id }) => id));
  const rows = await query<{ name: string; said: unknown }>(tx, recordedSql, [ids, ids, ids, ids, ids, ids]);
  const recorded = new Map(rows.map(({ name, said }) => [name, textRow(said)]));
  return new Map(
    kept.map(({ id, intact, parts }) => [
      id,
      [
        ...(intact ? [] : [{ where: "inputs", member: "hash" }]),
        ...[...parts].flatMap(([name, { said }]) => compareMembers(name, recorded.get(name) ?? {}, textRow(said))),
      ],
    ]),
  );
}

type Part = { readonly id: string; readonly said: unknown };

/** What was kept, named as the rows are. */
const partsOf = ({ rows, pieces, writeDowns = [] }: StoredDrafting["inputs"]): ReadonlyMap<string, Part> =>
  new Map<string, Part>([
    ...rows.rates.map(({ id, price, from, until, role, task }): [string, Part] => [
      `rate ${id}`,
      { id: String(id), said: { price, from, until: until ?? null, role: role ?? null, task: task ?? null } },
    ]),
    ...rows.engagements.flatMap(({ fx, priceRate }): [string, Part][] => [...fxPart(fx?.rate), ...fxPart(priceRate)]),
    ...pieces.flatMap((piece): [string, Part][] =>
      "exchange" in piece && piece.exchange !== undefined && "id" in piece.exchange ? fxPart(piece.exchange) : [],
    ),
    ...rows.engagements.flatMap(({ terms, check }): [string, Part][] => [
      ...terms.map(({ id, from, terms: agreed }): [string, Part] => [
        `terms ${id}`,
        { id, said: { from, terms: agreed } },
      ]),
      ...(check === null
        ? []
        : [[`evidence ${check.id}`, { id: check.id, said: { facts: check.facts } }] as [string, Part]]),
    ]),
    ...pieces.map(({ id, version, on, currency, amountMinor, status }): [string, Part] => [
      `work ${id} version ${version}`,
      { id, said: { on, currency, amountMinor: String(amountMinor), status } },
    ]),
    ...writeDowns.map(({ id, kind, basisPoints = null, amountMinor = null, wording = null, work }): [string, Part] => [
      `write-down ${id}`,
      { id, said: { kind, basisPoints, amountMinor, wording, work } },
    ]),
  ]);

const fxPart = (rate: FxRateRow | undefined): [string, Part][] => {
  if (rate === undefined) return [];
  const { id, ...said } = rate;
  return [[`fx rate ${id}`, { id, said }]];
};

const recordedSql = `
  select 'rate ' || id as name, jsonb_build_object('price', price_minor::text, 'from', effective_from, 'until', effective_to,
         'role', role, 'task', task) as said
    from rates where id = any(?)
  union all
  select 'terms ' || id, jsonb_build_object('from', effective_from, 'terms', terms) from engagement_terms where id = any(?)
  union all
  select 'fx rate ' || id, jsonb_build_object('base', base_currency, 'quote', quote_currency, 'rate', rate::text, 'on', rate_on,
         'source', source) from fx_rates where id = any(?)
  union all
  select 'evidence ' || id, jsonb_build_object('facts', facts) from evidence where id = any(?)
  union all
  select 'work ' || id || ' version ' || version, jsonb_build_object('on', worked_on, 'currency', currency,
         'amountMinor', amount_minor::text, 'status', status)
    from work_items where id = any(?)
  union all
  select 'write-down ' || d.id, ${writeDownJson} from write_downs d where d.id = any(?)`;

const textRow = (said: unknown): TextRow =>
  Object.fromEntries(Object.entries(said as object).map(([name, value]) => [name, textOf(value)]));
