import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId } from "@plumbline/domain/id";
import type { WorkPieceKind } from "@plumbline/domain/worklog/work-piece";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

type Asked = {
  readonly engagementIds: readonly string[];
  /** Time before it came too late for any run, and is waited for no longer. */
  readonly earliest: LocalDate;
  /** A kind that is left aside. */
  readonly but?: WorkPieceKind;
};

/** The first day of which an engagement still has approved work that no issued invoice bills. */
export async function loadUnbilledFrom(
  tx: TenantTx,
  { engagementIds, earliest, but }: Asked,
): Promise<ReadonlyMap<EngagementId, LocalDate>> {
  const rows = await query<{ engagementId: EngagementId; from: LocalDate }>(tx, unbilledSql, [
    engagementIds,
    but ?? null,
    earliest,
    engagementIds,
    but ?? null,
  ]);
  return new Map(rows.map(({ engagementId, from }) => [engagementId, from]));
}

/** Time that no run takes any more, because it came too late, is waited for no longer. */
const unbilledSql = `
  select engagement_id as "engagementId", min(worked_on) as "from"
    from (
      select w.engagement_id, w.worked_on
        from work_items w
        left join milestones m on m.tenant_id = w.tenant_id and m.id = w.id and m.version = w.version
       cross join lateral (
         select count(*) as claims, coalesce(sum(c.minutes), 0) as minutes from claims c
          where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null) taken
       where w.engagement_id = any(?) and w.current and w.status = 'approved' and w.kind is distinct from ?
         and (w.kind <> 'time' or w.worked_on >= ?) and (m.id is null or m.accepted_on is not null)
         and case when w.kind = 'time' then taken.minutes < w.minutes else taken.claims = 0 end
      union all
      select l.engagement_id, w.worked_on
        from invoice_lines l
        join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.content_version = l.content_version
         and i.number is null and i.stage <> 'discarded'
        join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.released_at is null
        join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
       where l.engagement_id = any(?) and w.kind is distinct from ?) unbilled
   group by 1`;
