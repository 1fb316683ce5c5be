import { addDays } from "@plumbline/domain/calendar/local-date";
import { closeItems } from "@plumbline/domain/ledger/close-items";
import type { CloseRefusal } from "@plumbline/domain/ledger/judge-close";
import type { Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { type Asked, findClosingEntity } from "./closing-entity.ts";
import { checklistOf } from "./find-checklist.ts";

/**
 * Closes the books of a legal entity up to the end of a month, and keeps what stood open then. It waits for whoever books
 * at that moment; who comes after finds the books closed.
 *
 * @throws Problem `permission-missing` | `legal-entity-not-found` | `close-refused` with every reason
 */
export async function closeMonth(scope: Scope, asked: Asked): Promise<Id<"month-close">> {
  demand(scope, "books.close");
  const entity = await findClosingEntity(scope, asked.legalEntityId, "locked");
  if (entity === undefined) throw new Problem("legal-entity-not-found");
  const checklist = await checklistOf(scope, entity, asked.month);
  if (!checklist.closable) throw refusedClose(checklist.because);
  const id = scope.newId<"month-close">();
  await insertRows(scope.tx, "month_closes", [asked], {
    id: ["uuid", () => id],
    legal_entity_id: ["uuid", () => entity.id],
    month: ["date", ({ month }) => month.start],
    locked_before: ["date", () => entity.lockedOn],
    checklist: ["jsonb", () => checklist],
  });
  await query(scope.tx, "update legal_entities set lock_date = ? where id = ?", [
    addDays(asked.month.end, -1),
    entity.id,
  ]);
  const data = { legalEntityId: entity.id, month: checklist.month };
  await scope.emit([{ name: "books.closed", subjectId: id, data }]);
  await scope.audit([{ action: "books.closed", subjectId: id }]);
  return id;
}

function refusedClose(because: readonly CloseRefusal[]): Problem {
  const errors = because.map((code) => ({ code, reason: sentenceOf(code) }));
  return new Problem("close-refused", { detail: errors[0]?.reason ?? "", extra: { errors } });
}

function sentenceOf(code: CloseRefusal): string {
  if (code === "not_over") return "The month is not over where the legal entity is.";
  if (code === "closed_already") return "The books are closed up to the end of the month, or beyond.";
  return `There are still: ${closeItems[code].means}.`;
}
