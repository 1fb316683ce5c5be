import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { parseDecimal } from "@plumbline/domain/money/decimal";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { receiveTrust } from "@plumbline/operations/trust/receive-trust";
import { sha256 } from "@plumbline/platform/hash";
import type { InScope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { cell, type DemoFirm, hasFirmCsv, readFirmCsv } from "./firm-data.ts";

type Engagement = {
  readonly id: EngagementId;
  readonly code: string;
  readonly clientId: ClientId;
  readonly legalEntityId: LegalEntityId;
  readonly currency: Currency;
};

/** Records what clients of a demo firm paid before the work: retainers, and their own money in trust. Once. */
export async function payAhead(inScope: () => Promise<InScope>, firm: DemoFirm): Promise<void> {
  if (!hasFirmCsv(firm, "paid_ahead")) return;
  await (
    await inScope()
  )(async (scope) => {
    const known = await query(
      scope.tx,
      "select 1 from payments where engagement_id is not null union all select 1 from trust_entries",
    );
    if (known.length > 0) return;
    const engagements = await query<Engagement>(
      scope.tx,
      'select id, code, payer_id as "clientId", legal_entity_id as "legalEntityId", currency from engagements',
    );
    for (const row of readFirmCsv(firm, "paid_ahead")) {
      const engagement = engagements.find(({ code }) => code === cell(row, "engagement_code"));
      const amount = engagement && parseDecimal(cell(row, "amount"), engagement.currency);
      if (engagement === undefined || amount === undefined) throw new Error(`${firm}: ${JSON.stringify(row)}`);
      const { id: engagementId, clientId, legalEntityId } = engagement;
      const on = cell(row, "received_on") as LocalDate; // The demo's files are written by us.
      const reference = cell(row, "reference");
      if (cell(row, "kind") === "retainer")
        await recordPayment(scope, { engagementId, clientId, legalEntityId, amount, receivedOn: on, reference });
      else {
        const [reason, authority] = [cell(row, "reason"), cell(row, "authority")];
        const evidence = { document: `${reference}.pdf`, sha256: sha256(reference) };
        await receiveTrust(scope, { engagementId, amount, on, reference, reason, authority, evidence });
      }
    }
  });
}
