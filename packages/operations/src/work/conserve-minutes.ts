import { type MinuteBucket, minuteBuckets } from "@plumbline/domain/worklog/minute-buckets";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * Says where every approved source minute is: one query over the work itself, not over what lines were rounded to.
 * A claimed share is where its claim says; what no claim takes is held when an open exception names it, else unbilled. Work
 * that was shortened under a draft, or after it was billed, counts as it is now: the draft is revised before anybody signs it,
 * and a credit note takes back what is too much.
 *
 * @throws Problem `permission-missing`
 */
export async function conserveMinutes(scope: Scope): Promise<Readonly<Record<MinuteBucket, number>>> {
  demand(scope, "work.read");
  const rows = await query<{ bucket: MinuteBucket; minutes: string }>(
    scope.tx,
    `select bucket, sum(minutes) as minutes from (
       select coalesce(c.outcome, case when i.stage not in ('issued', 'posted') then 'drafted' when l.no_charge then 'no_charge' else 'billed' end) as bucket, c.minutes
         from work_items w
         join claims c on c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null
         left join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
         left join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
        where w.current and w.kind = 'time' and w.status = 'approved'
       union all
       select case when w.minutes < taken.minutes then coalesce(taken.outcome, case when taken.drafted then 'drafted' else 'billed' end) when exists (
                select 1 from exception_items x join exceptions e on e.tenant_id = x.tenant_id and e.id = x.exception_id
                 where x.tenant_id = w.tenant_id and x.work_item_id = w.id and x.work_item_version = w.version
                   and e.state = 'open')
              then 'held' else 'unbilled' end, w.minutes - taken.minutes
         from work_items w
        cross join lateral (
          select coalesce(sum(c.minutes), 0) as minutes, min(c.outcome) filter (where l.id is null) as outcome,
                 coalesce(bool_or(i.number is null) filter (where l.id is not null), false) as drafted
            from claims c
            left join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
            left join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
           where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null) taken
        where w.current and w.kind = 'time' and w.status = 'approved' and w.minutes <> taken.minutes) parts
     group by bucket`,
  );
  const found = new Map(rows.map(({ bucket, minutes }) => [bucket, Number(minutes)]));
  return Object.fromEntries(minuteBuckets.map((bucket) => [bucket, found.get(bucket) ?? 0])) as Record<
    MinuteBucket,
    number
  >;
}
