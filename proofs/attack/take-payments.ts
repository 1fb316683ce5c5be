import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { receiveTrust } from "@plumbline/operations/trust/receive-trust";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

const inTrust = {
  amount: money(5_000n, "EUR"),
  reference: "wire",
  reason: "On account of costs",
  authority: "Letter of engagement",
  evidence: { document: "advice.pdf", sha256: "a".repeat(64) },
};

/** Payments of every client that still owes; the first of each is applied in part. */
export async function takePayments(firm: Firm): Promise<void> {
  const collector = await firm.as("collector");
  await collector(async (scope) => {
    const owing = await query<{
      id: InvoiceId;
      engagementId: EngagementId;
      clientId: ClientId;
      legalEntityId: LegalEntityId;
      on: LocalDate;
    }>(
      scope.tx,
      `select id, engagement_id as "engagementId", payer_id as "clientId", legal_entity_id as "legalEntityId", issued_on as on
         from invoices where stage = 'issued' order by id`,
    );
    for (const { id: invoiceId, engagementId, ...account } of owing) {
      await receiveTrust(scope, { ...inTrust, engagementId, on: account.on });
      const payment = { ...account, amount: money(1_000n, "EUR"), receivedOn: account.on, reference: "wire" };
      await recordPayment(scope, { ...payment, to: [{ invoiceId, amount: money(100n, "EUR") }] });
      await recordPayment(scope, { ...payment, reference: "ahead", engagementId });
      for (const reference of ["second", "third"]) await recordPayment(scope, { ...payment, reference });
    }
  });
}
