import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId } from "@plumbline/domain/id";
import type { BilledDay, BilledMonth } from "@plumbline/domain/rating/billed-before";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { freePartsSql } from "../splits/free-parts.ts";
import { type BilledRow, type EngagementRow, readableTerms } from "./book-rows.ts";
import { type BookEngagement, heldOn } from "./run-book.ts";

/** A week that began before the first day may be overtime on it. */
const weekDays = 7;

/**
 * What other invoices, drafts included, take of the time of clients whose terms look back at it: increments per day,
 * overtime, volume. Of other clients nothing is read.
 *
 * @param from the first day whose work may be billed now
 */
export async function loadBilledBefore(
  tx: TenantTx,
  input: { readonly engagements: readonly EngagementRow[]; readonly from: LocalDate },
): Promise<BilledRow[]> {
  const engagements = input.engagements.map((row) => ({
    id: row.id,
    clientId: row.clientId,
    terms: readableTerms(row),
  }));
  const looking = engagements.filter(looksBack);
  const clientIds = [...new Set(looking.map(({ clientId }) => clientId))];
  if (clientIds.length === 0) return [];
  const termsOf = new Map(engagements.map(({ id, terms }) => [id, terms]));
  const days = await query<Omit<BilledDay, "increment"> & { readonly clientId: ClientId }>(tx, daysSql, [
    clientIds,
    addDays(input.from, -weekDays),
  ]);
  const months = await query<Omit<BilledMonth, "billedMinutes"> & { clientId: ClientId; billedMinutes: string }>(
    tx,
    monthsSql,
    [looking.filter(({ terms }) => terms.some((held) => held.terms.time.tiers !== undefined)).map(({ id }) => id)],
  );
  const ofClient = new Map(clientIds.map((id) => [id, { days: [] as BilledDay[], months: [] as BilledMonth[] }]));
  for (const { clientId, ...day } of days) {
    const increment = heldOn(termsOf.get(day.engagementId) ?? [], day.workedOn)?.terms.time.increment;
    if (increment !== undefined) ofClient.get(clientId)?.days.push({ ...day, increment });
  }
  for (const { clientId, billedMinutes, ...month } of months) {
    ofClient.get(clientId)?.months.push({ ...month, billedMinutes: Number(billedMinutes) });
  }
  return [...ofClient].map(([clientId, billed]) => ({ clientId, ...billed }));
}

const looksBack = ({ terms }: Pick<BookEngagement, "terms">): boolean =>
  terms.some(({ terms: { time } }) => {
    const { increment, overtime, tiers } = time;
    return (increment.per === "day" && increment.minutes > 1) || overtime !== undefined || tiers !== undefined;
  });

/** Divided time of which a part is free is rated as a whole again, and does not stand before itself. */
const isWhole = `not exists (
  select 1 from (${freePartsSql}) f
   where f.tenant_id = c.tenant_id and f.work_item_id = c.work_item_id and f.share = c.share and c.part > 0)`;

/** Time that a rounded day covered counts as worked: it is what the rounding was for. */
const daysSql = `
  select e.client_id as "clientId", w.engagement_id as "engagementId", t.worker_id as "workerId", w.worked_on as "workedOn",
         coalesce(t.task, '') as task, sum(c.minutes)::int as minutes, sum(c.billed_minutes)::int as "billedMinutes",
         (array_agg(coalesce(c.line_id, c.absorbed_by) order by c.id))[1] as "lineId"
    from engagements e
    join work_items w on w.tenant_id = e.tenant_id and w.engagement_id = e.id and w.kind = 'time'
    join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
    join claims c on c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.work_item_version = w.version
                 and c.released_at is null and (c.line_id is not null or c.absorbed_by is not null)
   where e.client_id = any(?) and w.worked_on >= ? and ${isWhole}
   group by 1, 2, 3, 4, 5`;

const monthsSql = `
  select e.client_id as "clientId", w.engagement_id as "engagementId", date_trunc('month', w.worked_on)::date as month,
         sum(c.billed_minutes) as "billedMinutes"
    from engagements e
    join work_items w on w.tenant_id = e.tenant_id and w.engagement_id = e.id and w.kind = 'time'
    join claims c on c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.work_item_version = w.version
                 and c.released_at is null and c.line_id is not null
   where e.id = any(?) and ${isWhole}
   group by 1, 2, 3`;
