import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { aboveCap } from "@plumbline/domain/engagement/committed-minimum";
import { amendmentIssues, type Amendments } from "@plumbline/domain/engagement/change-order";
import { billedBeforeIssue } from "@plumbline/domain/engagement/fixed-fee";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import { amountText } from "@plumbline/domain/money/decimal";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { findOverlaps, type Held, openEnded, spanInWords } from "../imports/spans.ts";
import { limitContradictions } from "../limits/save-limits.ts";
import { feeContradictions } from "../work/save-fee-instalments.ts";
import type { OrderedEngagement } from "./change-order-store.ts";
import { limitsOfOrders } from "./count-change-orders.ts";
import { amendedMilestones } from "./amend-milestones.ts";
import { rateRowsOf } from "./amend-rates.ts";

type Issue = { readonly field: string; readonly reason: string };

type Said = {
  readonly id: string;
  readonly engagement: OrderedEngagement;
  readonly from: LocalDate;
  readonly amends: Amendments;
};

/** Refuses an order that cannot be, naming every member and the reason. @throws Problem `change-order-refused` */
export async function refuseContradictions(scope: Scope, said: Said): Promise<void> {
  const strangers = await strangersIn(scope, said);
  const own = [...strangers, ...amendmentIssues(said.amends)];
  const errors = own.length > 0 ? own : await contradictionsOf(scope, said);
  const [first] = errors;
  if (first === undefined) return;
  const detail = `${first.field} ${first.reason}.`;
  throw new Problem("change-order-refused", { detail, extra: { errors } });
}

/** What is named and is none of the engagement's. */
async function strangersIn(scope: Scope, { engagement, amends }: Said): Promise<Issue[]> {
  const { projectCaps = [], rates = [], milestones = [] } = amends;
  const known = new Set(
    (
      await query<{ id: string }>(
        scope.tx,
        `select id from projects where engagement_id = ? and id = any(?)
          union all select id from work_items where current and kind = 'milestone' and engagement_id = ? and id = any(?)`,
        [
          engagement.id,
          [...projectCaps, ...rates].flatMap(({ projectId }) => projectId ?? []),
          engagement.id,
          milestones.map(({ milestoneId }) => milestoneId),
        ],
      )
    ).map(({ id }) => id),
  );
  const strange = (field: string, id: string | undefined, noun: string): Issue[] =>
    id === undefined || known.has(id) ? [] : [{ field, reason: `is no ${noun} of the engagement` }];
  return [
    ...projectCaps.flatMap(({ projectId }, index) => strange(`projectCaps.${index}.projectId`, projectId, "project")),
    ...rates.flatMap(({ projectId }, index) => strange(`rates.${index}.projectId`, projectId, "project")),
    ...milestones.flatMap(({ milestoneId }, index) =>
      strange(`milestones.${index}.milestoneId`, milestoneId, "milestone"),
    ),
  ];
}

const contradictionsOf = async (scope: Scope, said: Said): Promise<Issue[]> => [
  ...(await againstTerms(scope, said)),
  ...(await againstLimits(scope, said)),
  ...(await againstMilestones(scope, said)),
  ...(await againstRates(scope, said)),
];

async function againstTerms(scope: Scope, { engagement, from, amends: { cap, fee } }: Said): Promise<Issue[]> {
  const [held] = await query<{ terms: EngagementTerms }>(
    scope.tx,
    `select terms from engagement_terms where engagement_id = ? and known_to is null and effective_from <= ?
      order by effective_from desc, amended desc limit 1`,
    [engagement.id, from],
  );
  if (held === undefined) return [{ field: "effectiveOn", reason: "is before anything was agreed" }];
  const { minimum } = held.terms;
  if (cap?.amountMinor !== undefined && minimum !== undefined && aboveCap(minimum, cap) !== undefined)
    return [{ field: "cap.amount", reason: "is below what the client committed to pay at least" }];
  if (fee === undefined) return [];
  if (held.terms.time.basis === "non_billable")
    return [{ field: "fee", reason: "is a fee for an engagement that is not billable" }];
  const issue = billedBeforeIssue(fee, engagement.currency);
  if (issue !== undefined) return [{ field: "fee", reason: `keeps what was billed before, but ${issue}` }];
  const agreed = [{ engagementId: engagement.id, currency: engagement.currency, fee, from }];
  return [...(await feeContradictions(scope, agreed)).values()].map((reason) => ({ field: "fee", reason }));
}

/** What is drafted or billed already is the least that a limit can be. */
async function againstLimits(scope: Scope, { id, engagement, from, amends }: Said): Promise<Issue[]> {
  const { id: engagementId, currency } = engagement;
  const agreed = (await limitsOfOrders(scope, [{ id, engagementId, currency, from, amends } as never])).filter(
    ({ total }) => total !== undefined,
  );
  return [...(await limitContradictions(scope, agreed))].map(([limit, reason]) => {
    const { kind, projectId, measure } = limit;
    const member = measure === "money" ? "amount" : "hours";
    if (kind === "order") {
      const index = (amends.orders ?? []).findIndex(({ amountMinor }) => BigInt(amountMinor) === limit.total);
      return { field: `orders.${index}.amount`, reason };
    }
    if (projectId === undefined) return { field: `cap.${member}`, reason };
    const index = (amends.projectCaps ?? []).findIndex((cap) => cap.projectId === projectId);
    return { field: `projectCaps.${index}.${member}`, reason };
  });
}

async function againstMilestones(scope: Scope, { engagement, amends: { milestones = [] } }: Said): Promise<Issue[]> {
  const known = await amendedMilestones(scope, { engagementId: engagement.id, milestones });
  return milestones.flatMap(({ milestoneId }, index): Issue[] => {
    const field = `milestones.${index}`;
    const row = known.get(milestoneId);
    if (row === undefined || row.invoice === null) return [];
    const amount = amountText(BigInt(row.amountMinor), row.currency);
    return [{ field, reason: `was billed at ${amount} on invoice ${row.invoice}; correct it by a credit` }];
  });
}

async function againstRates(scope: Scope, { id, engagement, from, amends: { rates = [] } }: Said): Promise<Issue[]> {
  if (rates.length === 0) return [];
  const { cardId } = engagement;
  if (cardId === null) return [{ field: "rates", reason: `need a rate card in ${engagement.currency}` }];
  const rows = rateRowsOf({ id, engagement, from, rates });
  const known = await query<Held>(
    scope.tx,
    `select concat_ws('|', coalesce(engagement_id::text, '-'), coalesce(project_id::text, '-'), coalesce(role, '-')) as selector,
            effective_from as "from", effective_to as until
       from rates where known_to is null and client_id is null and worker_id is null and (engagement_id = ? or project_id = any(?))`,
    [engagement.id, rows.flatMap(({ projectId }) => projectId ?? [])],
  );
  const held = rows.map(({ engagementId, projectId, role }, index) => ({
    id: String(index),
    selector: [engagementId ?? "-", projectId ?? "-", role ?? "-"].join("|"),
    from,
    until: undefined,
  }));
  return [...findOverlaps(known.map(openEnded), held)].map(([index, span]) => ({
    field: `rates.${index}`,
    reason: `overlaps the rate of the same work ${spanInWords(span)}`,
  }));
}
