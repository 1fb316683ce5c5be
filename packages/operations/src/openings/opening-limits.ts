import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { RowIssue } from "../imports/row-reader.ts";

/** What a former system billed under the caps of an engagement or project, or under one of its orders. */
export type OpeningLimit = {
  readonly id: string;
  readonly engagementId: EngagementId;
  readonly projectId: ProjectId | undefined;
  readonly orderNumber: string | undefined;
  readonly billedMinor: bigint;
  readonly billedMinutes: number;
};

/** A limit that an opening figure is about. */
type Opened = {
  readonly id: string;
  readonly limitId: string;
  readonly measure: "money" | "minutes";
  readonly currency: Currency | null;
  readonly total: string;
  /** What is drafted or billed here. */
  readonly used: string;
};

/** Why opening figures cannot be: there is no such limit, or more was billed than it has room for. */
export async function openingLimitContradictions(
  scope: Scope,
  openings: readonly OpeningLimit[],
): Promise<ReadonlyMap<string, RowIssue>> {
  const limits = Map.groupBy(await limitsOf(scope, openings), ({ id }) => id);
  return new Map(
    openings.flatMap((opening) => {
      const issue = contradiction(opening, limits.get(opening.id) ?? []);
      return issue === undefined ? [] : [[opening.id, issue] as const];
    }),
  );
}

function contradiction(opening: OpeningLimit, limits: readonly Opened[]): RowIssue | undefined {
  const { orderNumber } = opening;
  if (orderNumber !== undefined && limits.length === 0)
    return { field: "po_number", reason: `there is no order “${orderNumber}” on this engagement` };
  for (const measure of ["money", "minutes"] as const) {
    const billed = billedOf(opening, measure);
    const field = measure === "money" ? "billed_amount" : "billed_hours";
    const limit = limits.find((each) => each.measure === measure);
    if (limit === undefined && billed > 0n)
      return {
        field,
        reason: `there is no cap of ${measure === "money" ? "money" : "hours"} that it was billed under`,
      };
    if (limit === undefined || billed + BigInt(limit.used) <= BigInt(limit.total)) continue;
    const text = (size: bigint) =>
      limit.currency === null ? `${Number(size) / 60} h` : amountText(size, limit.currency);
    const here = limit.used === "0" ? "" : `, of which ${text(BigInt(limit.used))} are drafted or billed here`;
    return { field, reason: `${text(billed)} is more than the ${text(BigInt(limit.total))} that were agreed${here}` };
  }
  return undefined;
}

const billedOf = ({ billedMinor, billedMinutes }: OpeningLimit, measure: Opened["measure"]): bigint =>
  measure === "money" ? billedMinor : BigInt(billedMinutes);

/** Says how much of limits a former system used. What is used here stays counted beside it, by the database. */
export async function saveOpeningLimits(scope: Scope, openings: readonly OpeningLimit[]): Promise<void> {
  const limits = await limitsOf(scope, openings, "locked");
  const of = new Map(openings.map((opening) => [opening.id, opening]));
  await query(
    scope.tx,
    `update limits l set opening = u.opening from unnest(?::uuid[], ?::bigint[]) u (id, opening)
      where l.id = u.id and l.opening <> u.opening`,
    [
      limits.map(({ limitId }) => limitId),
      limits.map(({ id, measure }) => String(billedOf(of.get(id) as OpeningLimit, measure))),
    ],
  );
  await scope.audit(
    [...new Set(openings.map(({ engagementId }) => engagementId))].map((subjectId) => ({
      action: "engagement.limits_opened",
      subjectId,
    })),
  );
}

/** @param how "locked" in id order, against deadlocks, until the transaction ends */
async function limitsOf({ tx }: Scope, openings: readonly OpeningLimit[], how?: "locked"): Promise<Opened[]> {
  return query<Opened>(
    tx,
    `select u.id, l.id as "limitId", l.measure, l.currency, l.total, l.used - l.opening as used
       from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::text[]) u (id, engagement_id, project_id, number)
       left join purchase_orders o on o.engagement_id = u.engagement_id and o.number = u.number
       join limits l on l.engagement_id = u.engagement_id and l.total is not null
        and case when u.number is null then l.kind = 'cap' and l.project_id is not distinct from u.project_id
                 else l.purchase_order_id = o.id end
      order by l.id ${how === "locked" ? "for update of l" : ""}`,
    [
      openings.map(({ id }) => id),
      openings.map(({ engagementId }) => engagementId),
      openings.map(({ projectId }) => projectId ?? null),
      openings.map(({ orderNumber }) => orderNumber ?? null),
    ],
  );
}
