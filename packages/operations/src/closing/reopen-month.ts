import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ActorId, Id, LegalEntityId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { findClosingEntity } from "./closing-entity.ts";

type Row = {
  readonly legal_entity_id: LegalEntityId;
  readonly month: LocalDate;
  readonly locked_before: LocalDate | null;
  readonly asked_by: ActorId | null;
  readonly is_reopened: boolean;
  readonly is_last: boolean;
};

/**
 * Reopens the books of the last month that was closed: one person asks and says why, a second one does it.
 *
 * @returns what it came to
 * @throws Problem `permission-missing` | `month-close-not-found` | `duties-not-separate` | `reopening-refused`
 */
export async function reopenMonth(
  scope: Scope,
  { monthCloseId, reason }: { readonly monthCloseId: Id<"month-close">; readonly reason: string },
): Promise<"asked" | "reopened"> {
  demand(scope, "books.reopen");
  const [of] = await query<{ entity: LegalEntityId }>(
    scope.tx,
    "select legal_entity_id as entity from month_closes where id = ?",
    [monthCloseId],
  );
  if (of === undefined) throw new Problem("month-close-not-found");
  await findClosingEntity(scope, of.entity, "locked");
  const [row] = await query<Row>(scope.tx, rowSql, [monthCloseId]);
  if (row === undefined) throw new Error(`month close ${monthCloseId} vanished`);
  if (row.is_reopened) throw new Problem("reopening-refused", { detail: "It was reopened already." });
  if (!row.is_last)
    throw new Problem("reopening-refused", { detail: "A later month is closed: reopen that one first." });
  if (row.asked_by === scope.actor.id)
    throw new Problem("duties-not-separate", { detail: "You asked for it: somebody else has to reopen the books." });
  const outcome = row.asked_by === null ? "asked" : "reopened";
  if (outcome === "asked") {
    await query(
      scope.tx,
      "update month_closes set reopening_asked_by = (select app.actor()), reopening_asked_at = now(), reopening_reason = ? where id = ?",
      [reason, monthCloseId],
    );
  } else {
    await query(
      scope.tx,
      "update month_closes set reopened_by = (select app.actor()), reopened_at = now() where id = ?",
      [monthCloseId],
    );
    await query(scope.tx, "update legal_entities set lock_date = ? where id = ?", [
      row.locked_before,
      row.legal_entity_id,
    ]);
  }
  const name = outcome === "asked" ? "books.reopening_asked" : "books.reopened";
  const data = { legalEntityId: row.legal_entity_id, month: row.month.slice(0, 7), reason };
  await scope.emit([{ name, subjectId: monthCloseId, data }]);
  await scope.audit([{ action: name, subjectId: monthCloseId, reason }]);
  return outcome;
}

const rowSql = `
  select c.legal_entity_id, c.month, c.locked_before, c.reopening_asked_by as asked_by, c.reopened_at is not null as is_reopened,
         not exists (select 1 from month_closes l
                      where l.tenant_id = c.tenant_id and l.legal_entity_id = c.legal_entity_id and l.month > c.month
                        and l.reopened_at is null) as is_last
    from month_closes c where c.id = ?`;
