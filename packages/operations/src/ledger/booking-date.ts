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
  const on = (await bookingDates(scope, [legalEntityId], asked)).get(legalEntityId);
  if (on === undefined) throw new Problem("legal-entity-not-found");
  return on;
}

/**
 * As `bookingDate`, for several legal entities; one that does not exist has no day.
 *
 * @throws Problem `booking-date-refused` when one of them cannot book on it
 */
export async function bookingDates(
  scope: Scope,
  legalEntityIds: readonly LegalEntityId[],
  asked: LocalDate | undefined,
): Promise<ReadonlyMap<LegalEntityId, LocalDate>> {
  const entities = await query<Entity>(
    scope.tx,
    "select id, time_zone, greatest(lock_date, cut_over_on) as lock_date from legal_entities where id = any(?)",
    [legalEntityIds],
  );
  return new Map(entities.map((entity) => [entity.id, openDay(entity, { asked, now: scope.now })]));
}

type Entity = { readonly id: LegalEntityId; readonly time_zone: string; readonly lock_date: LocalDate | null };

function openDay(
  { time_zone: zone, lock_date: lockedOn }: Entity,
  { asked, now }: { readonly asked: LocalDate | undefined; readonly now: Date },
): LocalDate {
  const today = localDateIn(now, zone);
  const on = asked ?? today;
  if (on > today) throw new Problem("booking-date-refused", { detail: `${on} lies ahead: today is ${today}.` });
  if (lockedOn !== null && on <= lockedOn)
    throw new Problem("booking-date-refused", { detail: `The books are closed up to ${lockedOn}.` });
  return on;
}
