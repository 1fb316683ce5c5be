import type { CloseChecklistWire } from "@plumbline/contract/closing";
import { addDays } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import { type CloseItem, closeItemNames, closeItems, differenceOf } from "@plumbline/domain/ledger/close-items";
import { judgeClose } from "@plumbline/domain/ledger/judge-close";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import { listDueReleases } from "../ledger/release-revenue.ts";
import { examplesMax, itemsOf, type Standing, standingSql } from "../checklists/standing.ts";
import { documentsLeftSql } from "./checks/documents-left.ts";
import { intakeLeftSql } from "./checks/intake-left.ts";
import { moneyLeftSql } from "./checks/money-left.ts";
import { workLeftSql } from "./checks/work-left.ts";
import { type Asked, type ClosingEntity, findClosingEntity } from "./closing-entity.ts";
import { listTieOuts } from "./list-tie-outs.ts";

/**
 * What stands open for a legal entity at the end of a month, and whether that keeps its books from being closed. Documents
 * and the ledger are held against each other, as they were booked by then.
 *
 * @throws Problem `permission-missing` | `legal-entity-not-found`
 */
export async function findChecklist(scope: Scope, asked: Asked): Promise<CloseChecklistWire> {
  demand(scope, "receivable.read");
  const entity = await findClosingEntity(scope, asked.legalEntityId);
  if (entity === undefined) throw new Problem("legal-entity-not-found");
  return checklistOf(scope, entity, asked.month);
}

/** As `findChecklist`, for whoever has the legal entity in hand. */
export async function checklistOf(scope: Scope, entity: ClosingEntity, month: Period): Promise<CloseChecklistWire> {
  const asked = { legalEntityId: entity.id, month };
  const tieOuts = await listTieOuts(scope, asked);
  const standing = [
    ...(await query<Standing<CloseItem>>(scope.tx, openSql, [entity.id, month.start, month.end])),
    ...(await unreleased(scope, asked)),
    ...tieOuts
      .filter(({ agrees }) => !agrees)
      .map(({ kind, currency, difference }) => ({
        item: differenceOf[kind],
        currency,
        count: 1,
        minor: String(difference),
        examples: [],
      })),
  ];
  const items = itemsOf(closeItemNames, standing).map((open) => ({ ...open, blocks: closeItems[open.item].blocks }));
  const today = localDateIn(scope.now, entity.timeZone);
  const refusals = judgeClose({ month, today, lockedOn: entity.lockedOn, standing: items });
  return {
    entity: { id: entity.id, name: entity.name },
    month: month.start.slice(0, 7),
    ...(entity.lockedOn !== undefined && { lockedOn: entity.lockedOn }),
    closable: refusals.length === 0,
    because: refusals,
    items,
    tieOuts: tieOuts.map(({ wire }) => wire),
  };
}

const openSql = standingSql("?::uuid as entity, ?::date as first_day, ?::date as next_day", [
  workLeftSql,
  documentsLeftSql,
  intakeLeftSql,
  moneyLeftSql,
]);

async function unreleased(scope: Scope, { legalEntityId, month }: Asked): Promise<readonly Standing<CloseItem>[]> {
  const due = await listDueReleases(scope, { legalEntityId, through: addDays(month.end, -1) });
  return [...Map.groupBy(due, ({ currency }) => currency)].map(([currency, of]) => ({
    item: "revenue_not_released",
    currency,
    count: of.length,
    minor: String(of.reduce((sum, { minor }) => sum + minor, 0n)),
    examples: [...new Set(of.map(({ invoiceId }) => invoiceId))].slice(0, examplesMax),
  }));
}
