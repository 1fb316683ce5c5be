import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { agreeCollectingTerms } from "@plumbline/operations/collecting/agree-collecting-terms";
import { recordBaseRate } from "@plumbline/operations/collecting/base-rates";
import { recordPromise } from "@plumbline/operations/collecting/record-promise";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

const startsOn = "2026-10-01" as LocalDate;

/** Something was agreed about paying late, some promised to pay, every issued invoice was asked for, and its interest proposed. */
export async function remind(firm: Firm, several: number): Promise<void> {
  const controller = await firm.as("controller");
  await controller(async (scope) => {
    const [entity] = await query<{ id: LegalEntityId }>(scope.tx, "select id from legal_entities");
    if (entity === undefined) throw new Error("the firm has no legal entity");
    const agreed = { legalEntityId: entity.id, currency: "EUR", startsOn, terms: {} } as const;
    for (let count = 0; count < several; count += 1) {
      await agreeCollectingTerms(scope, agreed);
      await recordBaseRate(scope, { name: "bgb-247", startsOn, basisPoints: 127 });
    }
  });
  const collector = await firm.as("collector");
  await collector(async (scope) => {
    const owing = await query<{ id: InvoiceId }>(
      scope.tx,
      "select id from invoices where stage = 'issued' order by id desc limit ?",
      [several],
    );
    const dueOn = addDays(localDateIn(scope.now, "UTC"), 9);
    for (const { id } of owing)
      await recordPromise(scope, { invoiceIds: [id], amount: money(1n, "EUR"), dueOn, said: "by telephone" });
  });
  await collector((scope) =>
    query(
      scope.tx,
      `with owing as (select gen_random_uuid() as notice_id, i.* from invoices i where i.stage = 'issued'),
            notices as (
              insert into dunning_notices (id, legal_entity_id, client_id, currency, dunned_on, level, text_key, language, total_minor, fee_minor)
              select notice_id, legal_entity_id, payer_id, currency, issued_on, 1, 'friendly', 'en', 1, 0 from owing)
       insert into dunning_items (id, notice_id, invoice_id, level, open_minor, days_past_due)
       select gen_random_uuid(), notice_id, id, 1, 1, 1 from owing`,
    ),
  );
  await collector((scope) =>
    query(
      scope.tx,
      `insert into interest_claims (id, invoice_id, legal_entity_id, client_id, currency, from_on, until_on, interest_minor, compensation_minor, lines, terms)
       select gen_random_uuid(), id, legal_entity_id, payer_id, currency, due_on + 1, due_on + 2, 1, 0, '[]', '{}'
         from invoices where stage = 'issued'`,
    ),
  );
}
