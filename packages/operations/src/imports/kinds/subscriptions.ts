import { type LocalDate, parseLocalDate } from "@plumbline/domain/calendar/local-date";
import { recurrenceNames } from "@plumbline/domain/engagement/recurrence";
import type { Subscription } from "@plumbline/domain/engagement/subscription";
import { type SubscriptionIssue, subscriptionIssues } from "@plumbline/domain/engagement/subscription-issues";
import type { Currency } from "@plumbline/domain/money/currency";
import { parsePercent } from "@plumbline/domain/money/percent";
import type { BrokenPart } from "../../work/save-recurring-pieces.ts";
import type { ImportKindSpec } from "../import-kind.ts";
import { cut, type RowReader } from "../row-reader.ts";
import { amountOf } from "./read-amount.ts";
import {
  addAgreements,
  agreementContradictions,
  type AgreementItem,
  changeAgreements,
  readAgreed,
} from "./recurring-agreements.ts";

const units = ["each", "seat", "unit"] as const;
const billings = ["in_advance", "in_arrears"] as const;
const quantityMax = 1_000_000;
const upliftMax = 10_000;
const termMonthsMax = 120;

export const subscriptions: ImportKindSpec<AgreementItem<Subscription>> = {
  keyField: "subscription_key",
  key: (row) => row.key("subscription_key"),
  read: (row, references) => readAgreed(row, references, readSubscription),
  contradictions: (scope, items) => agreementContradictions(scope, "subscription", items, columnToMend),
  add: (scope, items) => addAgreements(scope, "subscription", items),
  change: (scope, items) => changeAgreements(scope, "subscription", items),
};

/** The columns that say what a subscription's terms say. */
const columnOf = {
  prices: "price",
  quantities: "quantity",
  renews: "renews",
  upliftBasisPoints: "renewal_uplift_percent",
  cancelledFrom: "cancelled_from",
  billedThrough: "billed_through",
} as const satisfies Record<SubscriptionIssue["member"], string>;

/** Where a part has its days still, its price or its quantity changed; where not, something ended it. */
const columnToMend = ({ billed, now }: BrokenPart): string =>
  now === undefined
    ? "cancelled_from"
    : now.detail["priceMinor"] === billed.detail["priceMinor"]
      ? "quantity"
      : "price";

function readSubscription(row: RowReader, currency: Currency): Subscription | undefined {
  const startsOn = row.date("starts_on");
  if (startsOn === undefined) return undefined;
  const prices = readDated(row, "price", { startsOn, what: `an amount in ${currency}` }, (text) =>
    amountOf(text, currency),
  );
  const quantities = readDated(row, "quantity", { startsOn, what: "a whole number" }, quantityOf);
  const termMonths = row.optional("term_months", (field) => row.integer(field, { min: 1, max: termMonthsMax }, 1));
  const upliftBasisPoints = row.optional("renewal_uplift_percent", (field) => readUplift(row, field));
  const cancelledFrom = row.optional("cancelled_from", row.date);
  const billedThrough = row.optional("billed_through", row.date);
  const subscription: Subscription = {
    name: row.needed("name", 200),
    unit: row.oneOf("unit", units, "each"),
    every: row.oneOf("every", recurrenceNames, "month"),
    anchoredOn: row.optional("anchored_on", row.date) ?? startsOn,
    startsOn,
    billed: row.oneOf("billed", billings, "in_advance"),
    prices: prices.map(({ from, value }) => ({ from, priceMinor: String(value) })),
    quantities: quantities.map(({ from, value }) => ({ from, quantity: value })),
    renews: row.yesNo("renews", true),
    ...(termMonths !== undefined && { termMonths }),
    ...(upliftBasisPoints !== undefined && { upliftBasisPoints }),
    ...(cancelledFrom !== undefined && { cancelledFrom }),
    ...(billedThrough !== undefined && { billedThrough }),
    ...(row.yesNo("covers_time", false) && { coversTime: true }),
  };
  if (row.issues.length > 0) return undefined;
  for (const { member, reason } of subscriptionIssues(subscription)) row.refuse(columnOf[member], reason);
  return subscription;
}

/** What holds from the first day, and what it changes to from later days: `10 | 12 from 2026-10-15`. */
function readDated<Value>(
  row: RowReader,
  field: string,
  { startsOn, what }: { readonly startsOn: LocalDate; readonly what: string },
  read: (text: string) => Value | undefined,
): { readonly from: LocalDate; readonly value: Value }[] {
  const parts = row
    .needed(field)
    .split("|")
    .map((part) => part.trim());
  return parts.flatMap((part, index) => {
    const [text = "", day, ...rest] = part.split(/\s+from\s+/);
    const from = index === 0 && day === undefined ? startsOn : parseLocalDate(day ?? "");
    const value = read(text);
    if (from !== undefined && value !== undefined && rest.length === 0) return [{ from, value }];
    const reason = `“${cut(part)}” is not ${what}, with “from” and a date after the first one`;
    row.refuse(field, reason);
    return [];
  });
}

function quantityOf(text: string): number | undefined {
  const quantity = /^\d{1,7}$/.test(text) ? Number(text) : quantityMax + 1;
  return quantity <= quantityMax ? quantity : undefined;
}

function readUplift(row: RowReader, field: string): number | undefined {
  const text = row.key(field);
  const basisPoints = parsePercent(text);
  if (basisPoints !== undefined && basisPoints > 0 && basisPoints <= upliftMax) return basisPoints;
  return row.refuse(field, `“${cut(text)}” is not a share above 0 % and up to 100 %`);
}
