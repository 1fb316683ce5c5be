import type { Knex } from "knex";

/** Rates that hold for all roles, entries in parts of different prices, and time that a rounded day covers. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table rates
      add column engagement_id uuid,
      add foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      drop constraint known_level,
      add constraint known_level check (
        (client_id is not null and project_id is not null and worker_id is not null and task is not null and role is null and engagement_id is null)
        or (client_id is null and project_id is not null and worker_id is null and task is null and role is not null and engagement_id is null)
        or (client_id is null and project_id is not null and worker_id is null and task is null and role is null and engagement_id is null)
        or (client_id is null and project_id is null and worker_id is null and task is null and role is null and engagement_id is not null)
        or (client_id is not null and project_id is null and worker_id is null and task is null and role is not null and engagement_id is null)
        or (client_id is null and project_id is null and worker_id is null and task is null and role is not null and engagement_id is null));
    drop index one_known_rate;
    create unique index one_known_rate on rates
      (tenant_id, rate_card_id, engagement_id, client_id, project_id, worker_id, role, task, effective_from)
      nulls not distinct where known_to is null;

    alter table claims
      -- A line whose rounded day covers this time: it was worked, and costs nothing more.
      add column absorbed_by uuid,
      add foreign key (tenant_id, absorbed_by) references invoice_lines (tenant_id, id),
      add constraint absorbed_is_covered check (absorbed_by is null or outcome = 'covered'),
      -- What was billed before some other claim was made can be asked again later.
      add column made_at timestamptz not null default now();

    -- A part of an entry may be all increment: minutes that were billed, and not worked.
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
      select a.work_item_id into wrong
        from added a
        join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
       where not a.partial and (a.share <> 0 or a.minutes <> coalesce(w.minutes, 0))
          or a.partial and (w.kind <> 'time' or a.minutes + a.billed_minutes < 1)
       limit 1;
      if wrong is not null then
        raise exception 'work item % is taken whole', wrong using errcode = 'PL064';
      end if;
      if exists (select 1 from added where partial) then
        select a.work_item_id into wrong
          from (select distinct tenant_id, work_item_id, work_item_version from added where partial) a
          join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
         where w.minutes < (select sum(c.minutes) from claims c
                             where c.tenant_id = a.tenant_id and c.work_item_id = a.work_item_id and c.released_at is null)
         limit 1;
        if wrong is not null then
          raise exception 'work item % is taken in parts that are more than the whole', wrong using errcode = 'PL067';
        end if;
      end if;
      return null;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table claims drop column made_at, drop column absorbed_by;
    drop index one_known_rate;
    alter table rates drop constraint known_level,
      add constraint known_level check (
        (client_id is not null and project_id is not null and worker_id is not null and task is not null and role is null)
        or (client_id is null and project_id is not null and worker_id is null and task is null and role is not null)
        or (client_id is not null and project_id is null and worker_id is null and task is null and role is not null)
        or (client_id is null and project_id is null and worker_id is null and task is null and role is not null)),
      drop column engagement_id;
    create unique index one_known_rate on rates
      (tenant_id, rate_card_id, client_id, project_id, worker_id, role, task, effective_from)
      nulls not distinct where known_to is null;
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
      select a.work_item_id into wrong
        from added a
        join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
       where not a.partial and (a.share <> 0 or a.minutes <> coalesce(w.minutes, 0))
          or a.partial and (w.kind <> 'time' or a.minutes < 1)
       limit 1;
      if wrong is not null then
        raise exception 'work item % is taken whole', wrong using errcode = 'PL064';
      end if;
      if exists (select 1 from added where partial) then
        select a.work_item_id into wrong
          from (select distinct tenant_id, work_item_id, work_item_version from added where partial) a
          join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
         where w.minutes < (select sum(c.minutes) from claims c
                             where c.tenant_id = a.tenant_id and c.work_item_id = a.work_item_id and c.released_at is null)
         limit 1;
        if wrong is not null then
          raise exception 'work item % is taken in parts that are more than the whole', wrong using errcode = 'PL067';
        end if;
      end if;
      return null;
    end $$;
  `);
}
