import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { LegalEntityId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * The day on which something is booked: as asked for, or today where the legal entity is.
 *
 * @throws Problem `legal-entity-not-found` | `booking-date-refused`
 */
export async function bookingDate(
  scope: Scope,
  legalEntityId: LegalEntityId,
  asked: LocalDate | undefined,
): Promise<LocalDate> {
  const [entity] = await query<{ time_zone: string; lock_date: LocalDate | null }>(
    scope.tx,
    "select time_zone, lock_date from legal_entities where id = ?",
    [legalEntityId],
  );
  if (entity === undefined) throw new Problem("legal-entity-not-found");
  const today = localDateIn(scope.now, entity.time_zone);
  const on = asked ?? today;
  if (on > today) throw new Problem("booking-date-refused", { detail: `${on} lies ahead: today is ${today}.` });
  if (entity.lock_date !== null && on <= entity.lock_date)
    throw new Problem("booking-date-refused", { detail: `The books are closed up to ${entity.lock_date}.` });
  return on;
}
