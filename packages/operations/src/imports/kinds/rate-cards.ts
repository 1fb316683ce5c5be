import { type Currency, isCurrency } from "@plumbline/domain/money/currency";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { cut, type RowIssue } from "../row-reader.ts";

type CardItem = { readonly key: string; readonly currency: Currency; readonly isDefault: boolean };

export const rateCards: ImportKindSpec<CardItem> = {
  keyField: "card_key",
  key: (row) => row.key("card_key"),
  read: (row) => {
    const currency = row.needed("currency", 3);
    if (!isCurrency(currency)) row.refuse("currency", `“${currency}” is not an ISO 4217 currency`);
    return { key: row.key("card_key"), currency: currency as Currency, isDefault: row.yesNo("is_default", false) };
  },
  contradictions: contradictoryCards,
  add: saveCards,
  change: async (scope, items) => {
    // A card that is no longer the default makes room before another takes its place.
    await query(scope.tx, "update rate_cards set is_default = false where is_default and id = any(?)", [
      items.map(({ id }) => id),
    ]);
    await saveCards(scope, items);
  },
};

async function contradictoryCards(scope: Scope, items: readonly Keyed<CardItem>[]) {
  const known = await query<{ id: string; key: string; currency: Currency; isDefault: boolean }>(
    scope.tx,
    'select id, key, currency, is_default as "isDefault" from rate_cards',
  );
  const currencyOf = new Map(known.map(({ id, currency }) => [id, currency]));
  const inFile = new Set(items.map(({ id }) => id));
  const others = known.filter(({ id }) => !inFile.has(id));
  const keys = new Set(others.map(({ key }) => key));
  const defaultOf = new Map(others.flatMap(({ key, currency, isDefault }) => (isDefault ? [[currency, key]] : [])));
  const found = new Map<string, RowIssue>();
  for (const { id, item } of items) {
    const { key, currency, isDefault } = item;
    const before = currencyOf.get(id) ?? currency;
    const otherDefault = isDefault ? defaultOf.get(currency) : undefined;
    if (keys.has(key)) found.set(id, { field: "card_key", reason: `“${cut(key)}” is the key of another rate card` });
    else if (before !== currency) {
      found.set(id, {
        field: "currency",
        reason: `the card's prices are in ${before}; another currency needs another card`,
      });
    } else if (otherDefault !== undefined) {
      found.set(id, {
        field: "is_default",
        reason: `“${cut(otherDefault)}” is the default card in ${currency} already`,
      });
    } else {
      keys.add(key);
      if (isDefault) defaultOf.set(currency, key);
    }
  }
  return found;
}

async function saveCards(scope: Scope, items: readonly Keyed<CardItem>[]): Promise<void> {
  await insertRows(
    scope.tx,
    "rate_cards",
    items,
    {
      id: ["uuid", ({ id }) => id],
      key: ["text", ({ item }) => item.key],
      currency: ["text", ({ item }) => item.currency],
      is_default: ["boolean", ({ item }) => item.isDefault],
    },
    { suffix: "on conflict (tenant_id, id) do update set is_default = excluded.is_default" },
  );
}
