import type { Currency } from "@plumbline/domain/money/currency";
import { type Money, money } from "@plumbline/domain/money/money";
import type { MinuteBucket } from "@plumbline/domain/worklog/minute-buckets";
import type { WorkPieceKind } from "@plumbline/domain/worklog/work-piece";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** Where agreed sums of one kind are. Amounts are by currency and never added across. */
export type SumCount = {
  readonly kind: WorkPieceKind;
  readonly bucket: MinuteBucket;
  readonly count: number;
  readonly amounts: readonly Money[];
};

/**
 * A sum that nobody took, or its one claim, or each part of a split with the claim on it: rounded at the sum of the parts up to it,
 * so that all of them are the whole. A cost that was edited after it was billed is where its claims say, as far as it goes now, and what
 * nobody took of it is the rest.
 */
const whereItIs = `
  select c.tenant_id, c.id, c.outcome, c.line_id,
         least(w.amount_minor, sum(c.taken) over upto) - least(w.amount_minor, sum(c.taken) over upto - c.taken) as minor
    from (select c.*, case when v.currency = w.currency and v.kind in ('expense', 'disbursement')
                           then coalesce(c.amount_minor, v.amount_minor) else w.amount_minor end as taken
            from claims c
            join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
           where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.part = 0 and c.released_at is null) c
  window upto as (order by c.share)
  union all
  select w.tenant_id, null, null, null, w.amount_minor - sum(coalesce(c.amount_minor, v.amount_minor))
    from claims c
    join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
   where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.part = 0 and c.released_at is null
     and w.kind in ('expense', 'disbursement') and v.currency = w.currency
  having sum(coalesce(c.amount_minor, v.amount_minor)) < w.amount_minor
  union all
  select w.tenant_id, c.id, c.outcome, c.line_id,
         round(w.amount_minor::numeric * p.upto / p.of) - round(w.amount_minor::numeric * (p.upto - p.weight) / p.of)
    from (select *, sum(weight) over (partition by split_id order by position) as upto from split_parts
           where tenant_id = w.tenant_id and split_id = (
             select s.split_id from claims s where s.tenant_id = w.tenant_id and s.work_item_id = w.id and s.part > 0
                and s.released_at is null limit 1)) p
    left join claims c on c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.part = p.position and c.released_at is null
  union all
  select w.tenant_id, null, null, null, w.amount_minor
   where not exists (select 1 from claims c where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null)`;

/**
 * Says where every agreed sum is, as `conserveMinutes` does of time: what is taken is where its claim says, what an open
 * exception names is held, and the rest, that which is not due included, is unbilled.
 *
 * @throws Problem `permission-missing`
 */
export async function countSums(scope: Scope): Promise<SumCount[]> {
  demand(scope, "work.read");
  const rows = await query<Omit<SumCount, "amounts"> & { readonly sums: readonly [Currency, string][] }>(
    scope.tx,
    `select kind, bucket, sum(count)::int as count,
            jsonb_agg(jsonb_build_array(currency, minor::text) order by currency) as sums
       from (
         select w.kind, w.currency, count(distinct w.id) as count, sum(c.minor) as minor,
                case when c.id is not null
                     then coalesce(c.outcome, case when i.stage not in ('issued', 'posted') then 'drafted' when l.no_charge then 'no_charge' else 'billed' end)
                     when exists (select 1 from exception_items x join exceptions e on e.tenant_id = x.tenant_id and e.id = x.exception_id
                                   where x.tenant_id = w.tenant_id and x.work_item_id = w.id
                                     and x.work_item_version = w.version and e.state = 'open')
                     then 'held' else 'unbilled' end as bucket
           from work_items w
           cross join lateral (${whereItIs}) c
           left join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
           left join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
          where w.current and w.kind <> 'time' and w.status <> 'rejected'
          group by w.kind, w.currency, bucket) by_currency
      group by kind, bucket order by kind, bucket`,
  );
  return rows.map(({ sums, ...row }) => ({
    ...row,
    amounts: sums.map(([currency, minor]) => money(BigInt(minor), currency)),
  }));
}
