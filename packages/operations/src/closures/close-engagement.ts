import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { closureItems, type ClosureRefusal } from "@plumbline/domain/engagement/closure";
import type { Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { openPeriod } from "../billing-runs/open-period.ts";
import { type Asked, findClosingEngagement } from "./closing-engagement.ts";
import { startFinalRun } from "../billing-runs/final-run.ts";
import { draftFinalBill, finalPeriod } from "./draft-final-bill.ts";
import { checklistOf } from "./find-closure-checklist.ts";
import { releaseKept } from "./release-kept.ts";

type Input = Asked & {
  readonly retentionDueOn?: LocalDate | undefined;
  readonly reason: string;
};

/**
 * Closes an engagement, or a project of it: everything unbilled up to the day is drafted as its final bill, and from then on it takes
 * no work. What stood open is kept. Nothing is closed of which something could not be billed.
 *
 * @throws Problem `permission-missing` | `engagement-not-found` | `closure-refused` with every reason | `billing-run-in-progress` |
 *   `policy-missing` | `retention-release-refused` | `booking-date-refused`
 */
export async function closeEngagement(scope: Scope, input: Input): Promise<Id<"closure">> {
  demand(scope, "engagement.close");
  const { on, reason, retentionDueOn } = input;
  const period = finalPeriod(on);
  const runId = await startFinalRun(scope, period);
  // Before the engagement is held: what time alone brings locks engagements in their order.
  await openPeriod(scope, period);
  const engagement = await findClosingEngagement(scope, input, "locked");
  const checklist = await checklistOf(scope, engagement, on);
  if (!checklist.closable) throw refused(checklist.because.map((code) => ({ code, reason: sentenceOf(code) })));
  const held = await draftFinalBill(scope, engagement, { runId, period });
  if (held.length > 0) throw refused(held.map((message) => ({ code: "work_held", reason: message })));
  if (retentionDueOn !== undefined) await releaseKept(scope, engagement, { dueOn: retentionDueOn, reason });
  const id = scope.newId<"closure">();
  await insertRows(scope.tx, "closures", [engagement], {
    id: ["uuid", () => id],
    engagement_id: ["uuid", (of) => of.id],
    project_id: ["uuid", ({ project }) => project?.id],
    closed_on: ["date", () => on],
    reason: ["text", () => reason],
    checklist: ["jsonb", () => checklist.items],
    billing_run_id: ["uuid", () => runId],
  });
  const data = {
    engagementId: engagement.id,
    on,
    reason,
    ...(engagement.project && { projectId: engagement.project.id }),
  };
  await scope.emit([{ name: "engagement.closed", subjectId: id, data }]);
  await scope.audit([{ action: "engagement.closed", subjectId: id, reason }]);
  return id;
}

function refused(errors: readonly { readonly code: string; readonly reason: string }[]): Problem {
  return new Problem("closure-refused", { detail: errors[0]?.reason ?? "", extra: { errors } });
}

function sentenceOf(code: ClosureRefusal): string {
  if (code === "day_ahead") return "The day is not here yet where the legal entity is.";
  if (code === "closed_already") return "It is closed already: reopen it first.";
  return `There are still: ${closureItems[code].means}.`;
}
