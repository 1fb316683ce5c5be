import { addDays } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { BillingRunId, WorkItemId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { saveLastShortfalls } from "../committed-minimums/save-shortfalls.ts";
import { endFinalRun } from "../billing-runs/final-run.ts";
import { draftWorks } from "../drafts/draft-works.ts";
import { saveDrafts } from "../drafts/save-drafts.ts";
import type { ClosingEngagement } from "./closing-engagement.ts";

/**
 * Drafts what is unbilled of an engagement, or a project of it, up to the end of a period, however old: by the terms, rates and
 * rules of now. Deposits, bought hours and limits are taken as in every run. What a committed minimum lacks then is drafted last: it
 * counts what was drafted before it.
 *
 * @returns what could not be billed, in the words of the exceptions that would hold it
 */
export async function draftFinalBill(
  scope: Scope,
  engagement: ClosingEngagement,
  { runId, period }: { readonly runId: BillingRunId; readonly period: Period },
): Promise<readonly string[]> {
  const { id, project } = engagement;
  const works = await query<{ id: WorkItemId }>(
    scope.tx,
    `select w.id from work_items w left join milestones m on m.tenant_id = w.tenant_id and m.id = w.id and m.version = w.version
      where w.engagement_id = ? and coalesce(w.project_id = ?::uuid, ?::uuid is null) and w.current and w.status = 'approved'
        and w.worked_on < ? and (m.id is null or m.accepted_on is not null)`,
    [id, project?.id ?? null, project?.id ?? null, period.end],
  );
  const draft = (of: readonly WorkItemId[]) => draftFinal(scope, engagement, { runId, period, works: of });
  const held = await draft(works.map((work) => work.id));
  // A minimum is of the engagement as a whole.
  const lacking =
    project === null ? await saveLastShortfalls(scope, { engagementId: id, on: addDays(period.end, -1) }) : [];
  const more = lacking.length === 0 ? [] : await draft(lacking);
  await endFinalRun(scope, runId);
  return [...held, ...more];
}

async function draftFinal(
  scope: Scope,
  { clientId }: ClosingEngagement,
  { runId, ...of }: { readonly runId: BillingRunId; readonly period: Period; readonly works: readonly WorkItemId[] },
): Promise<readonly string[]> {
  const { book, batch } = await draftWorks(scope, { clientId, ...of });
  await saveDrafts(scope, book, { runId, batch });
  const findings = batch.flatMap((client) => client.findings);
  return findings.filter(({ holds }) => holds.length > 0).map(({ message }) => message);
}

/** The month of the last day, up to that day. */
export const finalPeriod = (on: Period["start"]): Period => ({
  start: `${on.slice(0, 7)}-01` as Period["start"], // The first of a month that has the day.
  end: addDays(on, 1),
});
