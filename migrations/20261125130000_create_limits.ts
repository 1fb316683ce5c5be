import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/** Caps and purchase orders that cannot be overspent, whoever bills at the same time; and work that is taken in parts. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table limits (
      tenant_id         uuid    not null default app.tenant(),
      id                uuid    not null,
      kind              text    not null check (kind in ('cap', 'order')),
      measure           text    not null check (measure in ('money', 'minutes')),
      engagement_id     uuid    not null,
      -- A cap of one project; absent for the whole engagement.
      project_id        uuid,
      purchase_order_id uuid,
      currency          text    check (currency ~ '^[A-Z]{3}$'),
      counts_expenses   boolean not null,
      -- Absent once it limits nothing any more; what was used stays counted.
      total             bigint  check (total > 0),
      -- Reserved by drafts or consumed by invoices. Only the trigger of limit_uses writes it.
      used              bigint  not null default 0 check (used >= 0),
      primary key (tenant_id, id),
      unique nulls not distinct (tenant_id, engagement_id, project_id, purchase_order_id, measure),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      foreign key (tenant_id, project_id) references projects (tenant_id, id),
      foreign key (tenant_id, purchase_order_id) references purchase_orders (tenant_id, id),
      constraint never_overspent check (used <= total),
      constraint money_has_currency check ((measure = 'money') = (currency is not null)),
      constraint order_is_money check ((kind = 'order') = (purchase_order_id is not null) and (kind = 'cap' or measure = 'money'))
    );
    ${isolate("limits", "select, insert")}
    grant update (total, currency, counts_expenses, used) on limits to plumb_app;

    create table limit_uses (
      tenant_id       uuid   not null default app.tenant(),
      id              uuid   not null,
      limit_id        uuid   not null,
      invoice_id      uuid   not null,
      content_version int    not null,
      amount          bigint not null check (amount > 0),
      state           text   not null default 'reserved' check (state in ('reserved', 'consumed', 'released')),
      primary key (tenant_id, id),
      unique (tenant_id, invoice_id, content_version, limit_id),
      foreign key (tenant_id, limit_id) references limits (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
    );
    ${isolate("limit_uses", "select, insert")}
    grant update (state) on limit_uses to plumb_app;

    -- The row of the limit is locked by being counted, so that of two who take the last of it one waits and then fails.
    create function app.count_use() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' then
        if new.state <> 'reserved' then
          raise exception 'limit use % begins as a reservation', new.id using errcode = 'PL070';
        end if;
        update limits set used = used + new.amount where tenant_id = new.tenant_id and id = new.limit_id;
      elsif old.state = new.state or old.state <> 'reserved' then
        raise exception 'limit use % is % and stays so', old.id, old.state using errcode = 'PL070';
      elsif new.state = 'released' then
        update limits set used = used - new.amount where tenant_id = new.tenant_id and id = new.limit_id;
      end if;
      return null;
    end $$;
    create trigger counted after insert or update on limit_uses for each row execute function app.count_use();

    -- Nobody writes what is used but the trigger above, which runs one level deeper.
    create function app.guard_limit() returns trigger language plpgsql as $$
    begin
      if new.used <> old.used and pg_trigger_depth() < 2 then
        raise exception 'what limit % has used is counted, not written', old.id using errcode = 'PL071';
      end if;
      return new;
    end $$;
    create trigger guard before update on limits for each row execute function app.guard_limit();

    create function app.refuse_unreserved() returns trigger language plpgsql as $$
    begin
      if new.stage = 'issued' and exists (
           select 1 from purchase_orders o where o.tenant_id = new.tenant_id and o.id = new.purchase_order_id)
         and not exists (
           select 1 from limit_uses u join limits l on l.tenant_id = u.tenant_id and l.id = u.limit_id
            where u.tenant_id = new.tenant_id and u.invoice_id = new.id and u.content_version = new.content_version
              and u.state = 'consumed' and l.purchase_order_id = new.purchase_order_id and u.amount = new.net_minor) then
        raise exception 'invoice % is issued without its part of the purchase order', new.id using errcode = 'PL072';
      end if;
      if exists (select 1 from limit_uses u
                  where u.tenant_id = new.tenant_id and u.invoice_id = new.id and u.state = 'reserved'
                    and (new.stage in ('issued', 'discarded') or u.content_version < new.content_version)) then
        raise exception 'invoice % holds reservations that it no longer needs', new.id using errcode = 'PL073';
      end if;
      return null;
    end $$;
    create constraint trigger reserved after update of stage, content_version on invoices deferrable initially deferred
      for each row when (new.content_version <> old.content_version or new.stage in ('issued', 'discarded') and new.stage <> old.stage)
      execute function app.refuse_unreserved();

    -- Work may be taken in parts: each part is a share, and together they are never more than the whole.
    alter table claims add column partial boolean not null default false;
    create index claims_in_parts on claims (tenant_id, work_item_id) where partial and released_at is null;

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

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.count_use, app.guard_limit, app.refuse_unreserved cascade;
    drop table limit_uses, limits;
    drop index claims_in_parts;
    create or replace function app.guard_new_claims() returns trigger language plpgsql as $$
    begin
      return null;
    end $$;
    alter table claims drop column partial;
  `);
}
