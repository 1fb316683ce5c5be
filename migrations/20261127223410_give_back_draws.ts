import type { Knex } from "knex";
import { changeFunction } from "./isolation/change-function.ts";

/** Hours that a bucket covered for good go back to it when what they were about is billed anew, or was edited since. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table bucket_draws drop constraint draft_is_named,
      add constraint draft_is_named check ((invoice_id is null) = (content_version is null) and (invoice_id is not null or state <> 'reserved'));

    create function app.was_conceded(tenant uuid, line uuid) returns boolean language sql stable as $$
      select exists (select 1 from credit_lines x
                       join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
                       join invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id and n.number is not null
                      where x.tenant_id = tenant and x.corrected_line_id = line and x.treatment = 'concession' and x.quantity <> 0)
    $$;
    -- Whether credit notes gave back what a draw was about, to be billed anew: the price of the bucket's hours, or all lines of its
    -- engagement on the invoice that showed it.
    create function app.draw_was_credited(tenant uuid, claim uuid) returns boolean language sql stable as $$
      select exists (
        select 1 from bucket_draws d
          join claims f on f.tenant_id = d.tenant_id and f.work_item_id = d.bucket_id and f.line_id is not null
         where d.tenant_id = tenant and d.claim_id = claim
           and app.left_of_line(f.tenant_id, f.line_id) = 0 and not app.was_conceded(f.tenant_id, f.line_id))
      or coalesce((
        select bool_and(app.left_of_line(l.tenant_id, l.id) is not distinct from 0 and not app.was_conceded(l.tenant_id, l.id))
          from bucket_draws d
          join hour_buckets b on b.tenant_id = d.tenant_id and b.id = d.bucket_id
          join invoice_lines l on l.tenant_id = d.tenant_id and l.invoice_id = d.invoice_id and l.content_version = d.content_version
           and l.engagement_id = b.engagement_id and l.quantity <> 0
         where d.tenant_id = tenant and d.claim_id = claim), false)
    $$;
    -- That, or whether what it covers was edited since.
    create function app.draw_goes_back(tenant uuid, claim uuid) returns boolean language sql stable as $$
      select app.draw_was_credited(tenant, claim) or exists (
        select 1 from claims c
          join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
         where c.tenant_id = tenant and c.id = claim and not w.current)
    $$;
    ${changeFunction("app.settle_draws", settled)}
  `);
}

const settled = {
  from: "select o.claim_id into wrong from before o where o.state <> 'reserved' limit 1;",
  to: `select o.claim_id into wrong
        from before o join settled s on s.tenant_id = o.tenant_id and s.claim_id = o.claim_id
       where o.state = 'released' or o.state = 'consumed' and (s.state <> 'released' or not app.draw_goes_back(o.tenant_id, o.claim_id))
       limit 1;`,
};

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${changeFunction("app.settle_draws", { from: settled.to, to: settled.from })}
    drop function app.draw_goes_back, app.draw_was_credited, app.was_conceded;
    alter table bucket_draws drop constraint draft_is_named,
      add constraint draft_is_named check ((invoice_id is null) = (content_version is null) and (invoice_id is not null or state = 'consumed'));
  `);
}
