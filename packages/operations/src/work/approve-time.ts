import type { Period } from "@plumbline/domain/calendar/period";
import type { ProjectId } from "@plumbline/domain/id";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * Approves the submitted time of some projects, or of all, worked in a period.
 *
 * @returns how many entries and minutes were approved
 * @throws Problem `permission-missing`
 */
export async function approveTime(
  scope: Scope,
  input: { readonly period: Period; readonly projectIds?: readonly ProjectId[] | undefined },
): Promise<{ readonly entries: number; readonly minutes: number }> {
  demand(scope, "time.approve");
  const { period, projectIds } = input;
  const rows = await query<{ project_id: ProjectId; entries: number; minutes: number }>(
    scope.tx,
    `with approved as (
       update work_items set status = 'approved'
        where current and kind = 'time' and status = 'submitted' and worked_on >= ? and worked_on < ?
          and (?::uuid[] is null or project_id = any(?::uuid[]))
        returning project_id, minutes)
     select project_id, count(*)::int as entries, sum(minutes)::int as minutes from approved group by project_id`,
    [period.start, period.end, projectIds ?? null, projectIds ?? null],
  );
  await scope.emit(
    rows.map(({ project_id, entries, minutes }) => ({
      name: "time.approved",
      subjectId: project_id,
      data: { entries, minutes },
    })),
  );
  await scope.audit(rows.map(({ project_id }) => ({ action: "time.approved", subjectId: project_id })));
  return {
    entries: rows.reduce((sum, row) => sum + row.entries, 0),
    minutes: rows.reduce((sum, row) => sum + row.minutes, 0),
  };
}
