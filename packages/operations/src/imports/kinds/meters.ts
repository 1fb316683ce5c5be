import { type LocalDate } from "@plumbline/domain/calendar/local-date";
import { measures, type Meter, tierPricings } from "@plumbline/domain/engagement/meter";
import { meterIssues, type MeterIssue } from "@plumbline/domain/engagement/meter-issues";
import { quantityOf, quantityText } from "@plumbline/domain/engagement/quantity";
import { recurrenceNames } from "@plumbline/domain/engagement/recurrence";
import type { Currency } from "@plumbline/domain/money/currency";
import type { ImportKindSpec } from "../import-kind.ts";
import { cut, type RowReader } from "../row-reader.ts";
import { amountOf, readAmount } from "./read-amount.ts";
import { addAgreements, type AgreementItem, changeAgreements, readAgreed } from "./recurring-agreements.ts";

const units = ["unit", "seat", "kilometre"] as const;
const tiersMax = 20;
const perMax = 1_000_000;

export const meters: ImportKindSpec<AgreementItem<Meter>> = {
  keyField: "meter_key",
  key: (row) => row.key("meter_key"),
  read: (row, references) => readAgreed(row, references, readMeter),
  add: (scope, items) => addAgreements(scope, "usage", items),
  change: (scope, items) => changeAgreements(scope, "usage", items),
};

const columnOf = {
  tiers: "price",
  included: "included",
  cancelledFrom: "cancelled_from",
  billedThrough: "billed_through",
} as const satisfies Record<MeterIssue["member"], string>;

function readMeter(row: RowReader, currency: Currency): Meter | undefined {
  const startsOn = row.date("starts_on");
  const tiers = readTiers(row, currency);
  const included = row.optional("included", (field) => readQuantity(row, field));
  const minimum = row.optional("minimum", (field) => readAmount(row, field, currency));
  const cancelledFrom = row.optional("cancelled_from", row.date);
  const billedThrough = row.optional("billed_through", row.date);
  const meter: Meter = {
    name: row.needed("name", 200),
    unit: row.oneOf("unit", units, "unit"),
    measure: row.oneOf("measure", measures, "sum"),
    every: row.oneOf("every", recurrenceNames, "month"),
    anchoredOn: row.optional("anchored_on", row.date) ?? startsOn ?? ("" as LocalDate),
    startsOn: startsOn ?? ("" as LocalDate),
    pricing: row.oneOf("pricing", tierPricings, "graduated"),
    tiers,
    per: row.integer("price_per", { min: 1, max: perMax }, 1),
    ...(included !== undefined && { included }),
    ...(minimum !== undefined && { minimumMinor: String(minimum) }),
    ...(cancelledFrom !== undefined && { cancelledFrom }),
    ...(billedThrough !== undefined && { billedThrough }),
  };
  // A row with faults is not saved, whatever stands in for what is missing.
  if (row.issues.length > 0) return undefined;
  for (const { member, reason } of meterIssues(meter)) row.refuse(columnOf[member], reason);
  return meter;
}

/** `0.10 | 0.08 above 1000`: the first price holds from nothing on. */
function readTiers(row: RowReader, currency: Currency): Meter["tiers"] {
  const parts = row.needed("price").split("|");
  if (parts.length > tiersMax) row.refuse("price", `has ${parts.length} tiers; ${tiersMax} are allowed`);
  return parts.flatMap((part, index) => {
    const [price = "", bound, ...rest] = part.trim().split(/\s+above\s+/);
    const priceMinor = amountOf(price, currency);
    const from = index === 0 && bound === undefined ? "0" : decimalOf(bound ?? "");
    if (priceMinor !== undefined && from !== undefined && rest.length === 0) {
      return [{ from, priceMinor: String(priceMinor) }];
    }
    row.refuse(
      "price",
      `“${cut(part.trim())}” is not an amount in ${currency}, with “above” and a number after the first one`,
    );
    return [];
  });
}

/** Decimal text without needless zeros, or a refusal under its column. */
export function readQuantity(row: RowReader, field: string): string | undefined {
  const text = row.key(field);
  return (
    decimalOf(text) ?? row.refuse(field, `“${cut(text)}” is not a number such as 12 or 0.5, with up to six decimals`)
  );
}

function decimalOf(text: string): string | undefined {
  return /^\d{1,12}(\.\d{1,6})?$/.test(text) ? quantityText(quantityOf(text)) : undefined;
}
