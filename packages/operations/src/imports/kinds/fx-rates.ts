import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type Currency, isCurrency } from "@plumbline/domain/money/currency";
import { isRate } from "@plumbline/domain/money/exchange";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { replaceKnown } from "../known-rows.ts";
import { cut, type RowReader } from "../row-reader.ts";

type FxRateItem = {
  readonly base: Currency | undefined;
  readonly quote: Currency | undefined;
  readonly on: LocalDate | undefined;
  readonly rate: string | undefined;
  readonly source: string;
};

/** A corrected rate is what is known from now on; what was drafted by the old one keeps it. */
export const fxRates: ImportKindSpec<FxRateItem> = {
  keyField: "rate_date",
  key: (row) =>
    [row.key("source"), row.key("base_currency"), row.key("quote_currency"), row.key("rate_date")].join("|"),
  read: (row) => {
    const base = readCurrency(row, "base_currency");
    const quote = readCurrency(row, "quote_currency");
    if (base !== undefined && base === quote) row.refuse("quote_currency", `is the base currency: ${base} is ${base}`);
    const text = row.key("rate");
    return {
      base,
      quote,
      on: row.date("rate_date"),
      rate:
        text === "" || isRate(text)
          ? text
          : row.refuse("rate", `“${cut(text)}” is not an exchange rate such as 1.0845`),
      source: row.needed("source", 60),
    };
  },
  add: save,
  change: (scope, items) => replaceKnown(scope, { kind: "fx_rates", table: "fx_rates", items, add: save }),
};

function readCurrency(row: RowReader, field: string): Currency | undefined {
  const text = row.key(field);
  if (text === "") return undefined;
  return isCurrency(text) ? text : row.refuse(field, `“${cut(text)}” is not an ISO 4217 currency`);
}

async function save(scope: Scope, items: readonly Keyed<FxRateItem>[]): Promise<void> {
  await insertRows(scope.tx, "fx_rates", items, {
    id: ["uuid", ({ id }) => id],
    base_currency: ["text", ({ item }) => item.base],
    quote_currency: ["text", ({ item }) => item.quote],
    rate_on: ["date", ({ item }) => item.on],
    rate: ["numeric", ({ item }) => item.rate],
    source: ["text", ({ item }) => item.source],
  });
}
