import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { agreeCollectingTerms } from "@plumbline/operations/collecting/agree-collecting-terms";
import type { CollectingTerms } from "@plumbline/domain/receivable/collecting-terms";
import { applyPayment } from "@plumbline/operations/payments/apply-payment";
import { findReceivable } from "@plumbline/operations/payments/find-receivable";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { query } from "@plumbline/platform/sql";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { issuedFirm } from "./issued-firm.ts";

/**
 * A firm whose invoices of 238.00 EUR are due on 3 December 2026, with terms about paying late: two of Client 1, which come
 * first, and one of each other. Its clock stands where `at` puts it.
 */
export async function lateFirm(pool: TenantPool, terms: CollectingTerms, { clients = 2 } = {}) {
  let now = new Date("2026-11-03T10:00:00Z");
  const { firm, invoices: issued } = await issuedFirm(pool, { clients, more: 1, clock: () => now });
  const countOf = (of: ClientId) => issued.filter(({ client }) => client === of).length;
  const invoices = issued.toSorted((left, right) => countOf(right.client) - countOf(left.client));
  const [controller, collector] = [await firm.as("controller"), await firm.as("collector")];
  const [entity] = await collector((scope) =>
    query<{ id: LegalEntityId }>(scope.tx, "select id from legal_entities", []),
  );
  if (entity === undefined) throw new Error("the firm has no legal entity");
  const legalEntityId = entity.id;
  const agree = (agreed: CollectingTerms, startsOn = "2026-01-01", clientId?: ClientId) =>
    controller((scope) =>
      agreeCollectingTerms(scope, {
        legalEntityId,
        clientId,
        currency: "EUR",
        startsOn: startsOn as LocalDate,
        terms: agreed,
      }),
    );
  await agree(terms);
  return {
    firm,
    invoices,
    legalEntityId,
    controller,
    collector,
    agree,
    at: (on: string) => void (now = new Date(`${on}T10:00:00Z`)),
    owed: (invoiceId: InvoiceId) => collector((scope) => findReceivable(scope, { invoiceId })),
    /** Applied to the invoice where one is named; else it waits. */
    pay: (clientId: ClientId, minor: bigint, more: { readonly on: string; readonly to?: InvoiceId }) =>
      collector((scope) =>
        recordPayment(scope, {
          clientId,
          legalEntityId,
          amount: money(minor, "EUR"),
          receivedOn: more.on as LocalDate,
          reference: `wire ${more.on}`,
          ...(more.to !== undefined && { to: [{ invoiceId: more.to, amount: money(minor, "EUR") }] }),
        }),
      ),
    apply: (paymentId: Parameters<typeof applyPayment>[1]["paymentId"]) =>
      collector((scope) => applyPayment(scope, { paymentId, to: "oldest_first" })),
  };
}
