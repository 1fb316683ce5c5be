import type { ClosureChecklistWire } from "@plumbline/contract/closure";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type ClosureItem, closureItemNames, closureItems, judgeClosure } from "@plumbline/domain/engagement/closure";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { type Asked, type ClosingEngagement, findClosingEngagement } from "./closing-engagement.ts";
import { listClosures } from "./list-closures.ts";
import { standingSql } from "./standing-sql.ts";

/** Some of what stands open, in one currency or in none. */
type Standing = {
  readonly item: ClosureItem;
  readonly currency: string | null;
  readonly count: number;
  readonly minor: string | null;
  readonly examples: readonly string[];
};

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
  const standing = await query<Standing>(scope.tx, standingSql, [id, project?.id ?? null, on]);
  const items = closureItemNames.flatMap((item) => itemOf(item, standing));
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

function itemOf(item: ClosureItem, standing: readonly Standing[]): ClosureChecklistWire["items"] {
  const parts = standing.filter((part) => part.item === item);
  if (parts.length === 0) return [];
  return [
    {
      item,
      ...closureItems[item],
      count: parts.reduce((sum, { count }) => sum + count, 0),
      amounts: parts.flatMap(({ currency, minor }) =>
        currency === null || minor === null ? [] : minorToWire(minor, currency),
      ),
      examples: parts.flatMap(({ examples }) => examples),
    },
  ];
}
