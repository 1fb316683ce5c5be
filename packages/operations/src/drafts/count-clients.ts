import type { Period } from "@plumbline/domain/calendar/period";
import type { ClientId } from "@plumbline/domain/id";
import { queryOne } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { billedOtherwiseSql } from "../work/billed-edits.ts";
import { heldCostsSql } from "../work/edited-costs.ts";
import { freePartsSql } from "../splits/free-parts.ts";
import { earliestWorkDay } from "./late-days.ts";
import { partlyTakenSql } from "./partly-taken.ts";

/** How many clients `selectWork` is going to come to. */
export async function countClients(
  tx: TenantTx,
  input: { readonly period: Period; readonly after: ClientId | undefined },
): Promise<number> {
  const { period, after } = input;
  const from = [after ?? null, after ?? null];
  const { clients } = await queryOne<{ clients: number }>(
    tx,
    `select count(*)::int as clients from (
     select e.client_id
       from work_items w
       join engagements e on e.tenant_id = w.tenant_id and e.id = w.engagement_id
      where w.current and w.status <> 'rejected' and w.worked_on < ? and (w.kind <> 'time' or w.worked_on >= ?)
        and (?::uuid is null or e.client_id > ?::uuid)
        and not exists (select 1 from claims c
                         where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null)
     union
     select e.client_id
       from ${partlyTakenSql} p
       join work_items w on w.tenant_id = p.tenant_id and w.id = p.work_item_id
                        and (w.version = p.work_item_version or p.work_item_version is null)
       join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
       join engagements e on e.tenant_id = w.tenant_id and e.id = w.engagement_id
      where w.current and w.status <> 'rejected' and w.minutes > p.minutes and w.worked_on < ?
        and (p.work_item_version is not null or not ${billedOtherwiseSql})
        and (?::uuid is null or e.client_id > ?::uuid)
     union
     select e.client_id
       from (${freePartsSql}) f
       join work_items w on w.tenant_id = f.tenant_id and w.id = f.work_item_id and w.version = f.work_item_version
       join engagements e on e.tenant_id = w.tenant_id and e.id = w.engagement_id
      where w.current and w.status <> 'rejected' and w.worked_on < ? and (?::uuid is null or e.client_id > ?::uuid)
     union
     select e.client_id
       from (${heldCostsSql}) h
       join work_items w on w.tenant_id = h.tenant_id and w.id = h.id and w.current and w.amount_minor > h.minor
       join engagements e on e.tenant_id = w.tenant_id and e.id = w.engagement_id
      where w.status <> 'rejected' and w.worked_on < ? and (?::uuid is null or e.client_id > ?::uuid)) unbilled`,
    [period.end, earliestWorkDay(period), ...from, period.end, ...from, period.end, ...from, period.end, ...from],
  );
  return clients;
}
