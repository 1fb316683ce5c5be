import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookingDates } from "../ledger/booking-date.ts";

/** Who is asked about, and as of when: all that agreed something about paying late, and today, when absent. */
export type CollectingInput = {
  readonly on?: LocalDate | undefined;
  readonly legalEntityId?: LegalEntityId | undefined;
};

/**
 * The day of each legal entity that collects.
 *
 * @throws Problem `legal-entity-not-found` | `booking-date-refused`
 */
export async function collectingDays(
  scope: Scope,
  { on, legalEntityId }: CollectingInput,
): Promise<ReadonlyMap<LegalEntityId, LocalDate>> {
  const asked = legalEntityId === undefined ? await entitiesThatCollect(scope) : [legalEntityId];
  const days = await bookingDates(scope, asked, on);
  if (days.size < asked.length) throw new Problem("legal-entity-not-found");
  return days;
}

async function entitiesThatCollect({ tx }: Scope): Promise<readonly LegalEntityId[]> {
  const rows = await query<{ id: LegalEntityId }>(tx, "select distinct legal_entity_id as id from collecting_terms");
  return rows.map(({ id }) => id);
}
