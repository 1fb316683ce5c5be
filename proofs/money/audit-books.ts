import { isDeepStrictEqual } from "node:util";
import type { CloseChecklistWire } from "@plumbline/contract/closing";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { LegalEntityId } from "@plumbline/domain/id";
import { findChecklist } from "@plumbline/operations/closing/find-checklist";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

type Close = {
  readonly legalEntityId: LegalEntityId;
  readonly month: string;
  /** What documents and ledger said when it was closed; null where it is not. */
  readonly closed: CloseChecklistWire["tieOuts"] | null;
};

/** The months in which anything is booked, and those that are closed. */
const closes = `
  select l.id as "legalEntityId", to_char(m.month, 'YYYY-MM') as month, c.checklist -> 'tieOuts' as closed
    from legal_entities l
   cross join lateral (
     select month from month_closes o where o.tenant_id = l.tenant_id and o.legal_entity_id = l.id and o.reopened_at is null
      union select date_trunc('month', e.booked_on)::date from ledger_entries e where e.tenant_id = l.tenant_id and e.legal_entity_id = l.id) m
    left join month_closes c on c.tenant_id = l.tenant_id and c.legal_entity_id = l.id and c.month = m.month and c.reopened_at is null
   order by l.id, m.month`;

/** Documents and the ledger say the same of every month, and of closed ones what they said when they were closed. */
export async function booksOff({ firm }: { readonly firm: Firm }): Promise<string[]> {
  const controller = await firm.as("controller");
  return controller(async (scope) => {
    const faults: string[] = [];
    for (const { legalEntityId, month, closed } of await query<Close>(scope.tx, closes)) {
      const { tieOuts } = await findChecklist(scope, { legalEntityId, month: monthPeriod(month) as Period });
      const apart = tieOuts.filter(({ agrees }) => !agrees);
      faults.push(
        ...apart.map(({ kind, documents, ledger }) => `${month} ${kind}: ${documents.amount} ${ledger.amount}`),
      );
      if (closed !== null && !isDeepStrictEqual(closed, tieOuts)) faults.push(`${month} is not as it was closed`);
    }
    return faults;
  });
}
