import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { certifyWithholding } from "@plumbline/operations/withholding/certify-withholding";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

const papers = 6;

/** The paper that is recorded by whoever follows the contract's example. */
export const examplePaper = "CR-2026-118";

/** Certificates of a cent each, from a payer that kept tax. */
export async function certifyTax(firm: Firm): Promise<void> {
  const collector = await firm.as("collector");
  await collector(async (scope) => {
    const [keeper] = await query<{ clientId: ClientId; legalEntityId: LegalEntityId }>(
      scope.tx,
      `select e.client_id as "clientId", e.legal_entity_id as "legalEntityId"
         from ledger_entries e join ledger_postings p on p.entry_id = e.id where p.account = 'withholding_tax' order by e.id limit 1`,
    );
    if (keeper === undefined) throw new Error("nobody kept tax");
    for (let index = 0; index < papers; index += 1) {
      const paper = { number: `paper ${index}`, issuedOn: "2026-11-01" as LocalDate, amount: money(1n, "EUR") };
      await certifyWithholding(scope, { ...keeper, ...paper });
    }
  });
}
