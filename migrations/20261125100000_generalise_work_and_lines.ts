import type { Knex } from "knex";

/** Work that is not time, and lines that count in their own unit. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table work_items
      alter column minutes drop not null,
      alter column project_id drop not null,
      drop constraint work_items_minutes_check,
      -- Only time has minutes, so that counting them counts time and nothing else.
      add constraint time_has_minutes check ((kind = 'time') = (minutes is not null) and minutes > 0),
      add constraint time_has_project check (kind <> 'time' or project_id is not null);

    alter table claims
      drop constraint claims_minutes_check,
      add constraint claims_minutes_check check (minutes >= 0);

    alter table invoice_lines
      add column engagement_id uuid,
      add column quantity numeric,
      add column unit text,
      alter column project_id drop not null,
      alter column rate_id drop not null;
    -- The owner sees no rows under forced row-level security; both tables are back behind it when this commits.
    alter table invoice_lines no force row level security;
    alter table projects no force row level security;
    update invoice_lines l set engagement_id = p.engagement_id, quantity = l.minutes, unit = 'minute'
      from projects p where p.tenant_id = l.tenant_id and p.id = l.project_id;
    alter table invoice_lines force row level security;
    alter table projects force row level security;
    alter table invoice_lines
      alter column engagement_id set not null,
      alter column quantity set not null,
      alter column unit set not null,
      add foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      add constraint known_unit check (unit in ('minute', 'each', 'day', 'month', 'unit', 'seat', 'kilometre')),
      add constraint minutes_are_the_quantity check (unit <> 'minute' or minutes = quantity),
      -- Rounded half up, away from zero, once; in whole numbers, because a quotient would be rounded before it is compared.
      add constraint net_is_quantity_times_price check (
        abs(2 * (net_minor::numeric * price_base - quantity * price_minor)) < price_base
        or abs(2 * (net_minor::numeric * price_base - quantity * price_minor)) = price_base
           and abs(net_minor::numeric * price_base) > abs(quantity * price_minor));

    create or replace function app.guard_new_claims() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select a.id into wrong from added a where a.released_at is not null limit 1;
      if wrong is not null then
        raise exception 'claim % is released before it is made', wrong using errcode = 'PL060';
      end if;
      select i.id into wrong
        from (select distinct tenant_id, line_id from added where line_id is not null) a
        join invoice_lines l on l.tenant_id = a.tenant_id and l.id = a.line_id
        join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
       where i.stage not in ('draft', 'validation_pending') or i.content_version <> l.content_version
       limit 1;
      if wrong is not null then
        raise exception 'invoice % takes no more work under these lines', wrong using errcode = 'PL062';
      end if;
      -- Until caps and payers divide work: whole, so that nothing is billed twice or lost.
      select a.work_item_id into wrong
        from added a
        join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
       where a.share <> 0 or a.minutes <> coalesce(w.minutes, 0)
       limit 1;
      if wrong is not null then
        raise exception 'work item % is taken whole', wrong using errcode = 'PL064';
      end if;
      return null;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table invoice_lines
      drop constraint net_is_quantity_times_price, drop constraint minutes_are_the_quantity, drop constraint known_unit,
      drop column unit, drop column quantity, drop column engagement_id,
      alter column project_id set not null, alter column rate_id set not null;
    alter table claims drop constraint claims_minutes_check, add constraint claims_minutes_check check (minutes > 0);
    alter table work_items
      drop constraint time_has_project, drop constraint time_has_minutes,
      alter column minutes set not null, alter column project_id set not null,
      add constraint work_items_minutes_check check (minutes > 0);
  `);
}
