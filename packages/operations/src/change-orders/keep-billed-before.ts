import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Amendments } from "@plumbline/domain/engagement/change-order";
import type { EngagementId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** What a former system billed of a fee stays billed, whatever the fee is amended to. */
export async function keepBilledBefore(
  { tx }: Scope,
  {
    engagementId,
    from,
    amends,
  }: { readonly engagementId: EngagementId; readonly from: LocalDate; readonly amends: Amendments },
): Promise<Amendments> {
  if (amends.fee === undefined) return amends;
  const [held] = await query<{ billed: string | null }>(
    tx,
    `select terms -> 'fee' ->> 'billedBeforeMinor' as billed from engagement_terms
      where engagement_id = ? and known_to is null and effective_from <= ? order by effective_from desc, amended desc limit 1`,
    [engagementId, from],
  );
  if (held === undefined || held.billed === null) return amends;
  return { ...amends, fee: { ...amends.fee, billedBeforeMinor: held.billed } };
}
