import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * Counts all approved source minutes, knowing nothing of claims and exceptions: what the buckets of `conserveMinutes` must
 * add up to.
 *
 * @throws Problem `permission-missing`
 */
export async function countApprovedMinutes(scope: Scope): Promise<number> {
  demand(scope, "work.read");
  const rows = await query<{ minutes: string }>(
    scope.tx,
    "select coalesce(sum(minutes), 0) as minutes from work_items where current and kind = 'time' and status = 'approved'",
  );
  return Number(rows[0]?.minutes ?? 0);
}
