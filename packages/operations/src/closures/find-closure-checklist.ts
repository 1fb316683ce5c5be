import type { ClosureChecklistWire } from "@plumbline/contract/closure";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type ClosureItem, closureItemNames, closureItems, judgeClosure } from "@plumbline/domain/engagement/closure";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { itemsOf, type Standing } from "../checklists/standing.ts";
import { findLacking } from "../committed-minimums/find-lacking.ts";
import { type Asked, type ClosingEngagement, findClosingEngagement } from "./closing-engagement.ts";
import { listClosures } from "./list-closures.ts";
import { openSql } from "./open-sql.ts";

/**
 * What stands open of an engagement, or a project of it, on a day, and whether that keeps it from being closed.
 *
 * @throws Problem `permission-missing` | `engagement-not-found`
 */
export async function findClosureChecklist(
  scope: Scope,
  asked: Omit<Asked, "on"> & { readonly on?: LocalDate | undefined },
): Promise<ClosureChecklistWire> {
  demand(scope, "invoice.read");
  const engagement = await findClosingEngagement(scope, asked);
  return checklistOf(scope, engagement, asked.on ?? engagement.today);
}

/** As `findClosureChecklist`, for whoever has the engagement in hand. */
export async function checklistOf(
  scope: Scope,
  { id, name, project, today }: ClosingEngagement,
  on: LocalDate,
): Promise<ClosureChecklistWire> {
  const standing = [
    ...(await query<Standing<ClosureItem>>(scope.tx, openSql, [id, project?.id ?? null, on])),
    ...(project === null ? await findLacking(scope, { engagementId: id, on }) : []),
  ];
  const items = itemsOf(closureItemNames, standing).map((open) => ({ ...open, ...closureItems[open.item] }));
  const closures = await listClosures(scope, { engagementId: id });
  const closed = closures.find(
    (closure) =>
      closure.reopened === undefined && (closure.project === undefined || closure.project.id === project?.id),
  );
  const because = judgeClosure({ on, today, closedOn: closed?.on, standing: items });
  return {
    engagement: { id, name },
    ...(project !== null && { project }),
    on,
    closable: because.length === 0,
    because,
    items,
    closures: [...closures],
  };
}
