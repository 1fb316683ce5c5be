import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { Keyed } from "../import-kind.ts";
import { cut, type RowReader } from "../row-reader.ts";
import { readAmount } from "./read-amount.ts";

export type OrderItem = {
  readonly number: string;
  readonly amountMinor: bigint;
  readonly validFrom: LocalDate;
  readonly validTo: LocalDate | undefined;
};

const aboutOrders = ["po_amount", "po_currency", "po_valid_from", "po_valid_to"] as const;

/** What was agreed from when, where nobody said. */
export const firstDay = "1970-01-01" as LocalDate;

/** The purchase order of an engagement's row; nothing when it names none. */
export function readOrder(row: RowReader, currency: Currency): OrderItem | undefined {
  const number = row.optional("po_number", row.key);
  if (number === undefined) {
    const stray = aboutOrders.find((field) => row.text(field) !== "");
    return stray && row.refuse(stray, "is about an order, and po_number is empty");
  }
  const own = row.optional("po_currency", row.key);
  if (own !== undefined && own !== currency) {
    return row.refuse("po_currency", `the order is in ${cut(own)}, the engagement in ${currency}`);
  }
  const amountMinor = readAmount(row, "po_amount", currency);
  if (amountMinor === undefined) return undefined;
  const validFrom = row.optional("po_valid_from", row.date) ?? firstDay;
  const validTo = row.optional("po_valid_to", row.date);
  if (validTo !== undefined && validTo < validFrom) row.refuse("po_valid_to", "is before po_valid_from");
  return { number, amountMinor, validFrom, validTo };
}

/** What a change order set stays as that says. */
export async function saveOrders(
  scope: Scope,
  items: readonly Keyed<{ readonly currency: Currency; readonly order: OrderItem | undefined }>[],
): Promise<void> {
  const orders = items.flatMap(({ id, item }) =>
    item.order === undefined ? [] : [{ ...item.order, engagementId: id, currency: item.currency }],
  );
  await insertRows(
    scope.tx,
    "purchase_orders",
    orders,
    {
      id: ["uuid", () => scope.newId()],
      engagement_id: ["uuid", (order) => order.engagementId],
      number: ["text", (order) => order.number],
      currency: ["text", (order) => order.currency],
      amount_minor: ["bigint", (order) => order.amountMinor],
      valid_from: ["date", (order) => order.validFrom],
      valid_to: ["date", (order) => order.validTo],
    },
    {
      suffix: `on conflict (tenant_id, engagement_id, number) do update set amount_minor = excluded.amount_minor,
        currency = excluded.currency, valid_from = excluded.valid_from, valid_to = excluded.valid_to
        where not exists (select 1 from limits l where l.tenant_id = purchase_orders.tenant_id
                             and l.purchase_order_id = purchase_orders.id and l.change_order_id is not null)`,
    },
  );
}
