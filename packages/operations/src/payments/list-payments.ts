import type { z } from "zod";
import type { Page } from "@plumbline/contract/page";
import type { paymentFilter, PaymentSummary } from "@plumbline/contract/payment";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";
import { paymentFrom, type PaymentRow, paymentSelect, toSummary } from "./payment-rows.ts";

/**
 * Payments that match, newest first.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listPayments(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof paymentFilter>>,
): Promise<Page<PaymentSummary>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "y.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "y.client_id": filter.clientId });
  const left = filter.unapplied === undefined ? "true" : filter.unapplied ? "s.unapplied > 0" : "s.unapplied = 0";
  const rows = await query<PaymentRow & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${paymentSelect}, ${page.keys} from ${paymentFrom} where ${where} and ${left} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, toSummary);
}
