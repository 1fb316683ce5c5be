import type { LegalEntityId } from "@plumbline/domain/id";
import { monthsBetween } from "@plumbline/domain/calendar/period";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { closeMonth } from "@plumbline/operations/closing/close-month";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

/** Months long before anything the firm did, so that they stand in no other request's way. */
const longAgo = ["2001-01-01" as LocalDate, "2001-06-01" as LocalDate] as const;

/** Several months are closed, one after another. */
export async function closeBooks(firm: Firm): Promise<void> {
  const controller = await firm.as("controller");
  await controller(async (scope) => {
    const [entity] = await query<{ id: LegalEntityId }>(scope.tx, "select id from legal_entities");
    if (entity === undefined) throw new Error("the firm has no legal entity");
    for (const month of monthsBetween(...longAgo)) await closeMonth(scope, { legalEntityId: entity.id, month });
  });
}
