import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** Where an approved minute can be. Each is in exactly one of these. */
export const minuteBuckets = ["unbilled", "held", "drafted", "billed", "covered", "written_off", "no_charge"] as const;
export type MinuteBucket = (typeof minuteBuckets)[number];

/**
 * Says where every approved source minute is: one query over the work itself, not over what lines were rounded to.
 * A claimed share is where its claim says; what no claim takes is held when an open exception names it, else unbilled.
 *
 * @throws Problem `permission-missing`
 */
export async function conserveMinutes(scope: Scope): Promise<Readonly<Record<MinuteBucket, number>>> {
  demand(scope, "work.read");
  const rows = await query<{ bucket: MinuteBucket; minutes: string }>(
    scope.tx,
    `with approved as (select id, version, minutes from work_items where current and status = 'approved'),
     claimed as (
       select c.work_item_id as id, c.minutes,
              coalesce(c.outcome, case when i.stage in ('issued', 'posted') then 'billed' else 'drafted' end) as bucket
         from claims c
         left join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
         left join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
        where c.released_at is null),
     unclaimed as (
       select a.id, a.version, a.minutes - coalesce(sum(c.minutes), 0) as minutes
         from approved a left join claimed c on c.id = a.id group by a.id, a.version, a.minutes)
     select bucket, sum(minutes) as minutes from (
       select c.bucket, c.minutes from approved a join claimed c on c.id = a.id
       union all
       select case when exists (
                select 1 from exception_items x join exceptions e on e.tenant_id = x.tenant_id and e.id = x.exception_id
                 where x.work_item_id = u.id and x.work_item_version = u.version and e.state = 'open')
              then 'held' else 'unbilled' end, u.minutes
         from unclaimed u where u.minutes <> 0) parts
     group by bucket`,
  );
  const found = new Map(rows.map(({ bucket, minutes }) => [bucket, Number(minutes)]));
  return Object.fromEntries(minuteBuckets.map((bucket) => [bucket, found.get(bucket) ?? 0])) as Record<
    MinuteBucket,
    number
  >;
}
