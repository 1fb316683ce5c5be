import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { LegalEntityId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** Whose books are looked at, and of which month. */
export type Asked = { readonly legalEntityId: LegalEntityId; readonly month: Period };

/** A legal entity, with what closing its books depends on. */
export type ClosingEntity = {
  readonly id: LegalEntityId;
  readonly name: string;
  readonly timeZone: string;
  /** The last day of closed books. */
  readonly lockedOn: LocalDate | undefined;
};

/**
 * @param how "locked" waits for whoever books in it or names it, and lets nobody begin to, until the transaction ends
 */
export async function findClosingEntity(
  { tx }: Scope,
  id: LegalEntityId,
  how?: "locked",
): Promise<ClosingEntity | undefined> {
  const rows = await query<Omit<ClosingEntity, "lockedOn"> & { readonly lockedOn: LocalDate | null }>(
    tx,
    `select id, legal_name as name, time_zone as "timeZone", lock_date as "lockedOn" from legal_entities where id = ?
     ${how === "locked" ? "for update" : ""}`,
    [id],
  );
  return rows.map((row) => ({ ...row, lockedOn: row.lockedOn ?? undefined }))[0];
}
