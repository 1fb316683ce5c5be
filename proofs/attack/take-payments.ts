import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { receiveTrust } from "@plumbline/operations/trust/receive-trust";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

/** What every payer keeps as tax. */
const kept = { kind: "withholding_tax" as const, amount: money(2_000n, "EUR") };
const inTrust = {
  amount: money(5_000n, "EUR"),
  reference: "wire",
  reason: "On account of costs",
  authority: "Letter of engagement",
  evidence: { document: "advice.pdf", sha256: "a".repeat(64) },
};

/** Payments of every client that still owes; two of each are applied in part. */
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
      const to = [{ invoiceId, amount: money(100n, "EUR"), residual: kept }];
      await recordPayment(scope, { ...payment, to });
      await recordPayment(scope, { ...payment, reference: "ahead", engagementId });
      // Tax is kept of it still, when somebody takes the first application back.
      await recordPayment(scope, { ...payment, reference: "second", to });
      await recordPayment(scope, { ...payment, reference: "third" });
    }
  });
}
