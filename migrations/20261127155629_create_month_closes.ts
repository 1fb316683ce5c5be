import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/**
 * Months whose books were closed, with what stood open then. The lock date of a legal entity follows them, and nothing is
 * booked into closed books, not even by whoever looked at the lock date before it moved.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table month_closes (
      tenant_id           uuid        not null default app.tenant(),
      id                  uuid        not null,
      legal_entity_id     uuid        not null,
      month               date        not null check (extract(day from month) = 1),
      locked_before       date,
      checklist           jsonb       not null,
      closed_by           uuid        not null default app.actor(),
      closed_at           timestamptz not null default now(),
      reopening_asked_by  uuid,
      reopening_asked_at  timestamptz,
      reopening_reason    text,
      reopened_by         uuid,
      reopened_at         timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, closed_by) references memberships (tenant_id, id),
      foreign key (tenant_id, reopening_asked_by) references memberships (tenant_id, id),
      foreign key (tenant_id, reopened_by) references memberships (tenant_id, id),
      constraint reopening_has_reason check (num_nulls(reopening_asked_by, reopening_asked_at, reopening_reason) in (0, 3)),
      constraint reopened_by_a_second check (
        num_nulls(reopened_by, reopened_at) in (0, 2)
        and (reopened_by is null or (reopening_asked_by is not null and reopened_by <> reopening_asked_by)))
    );
    create unique index month_closed_once on month_closes (tenant_id, legal_entity_id, month) where reopened_at is null;
    ${isolate("month_closes", "select, insert")}
    grant update (reopening_asked_by, reopening_asked_at, reopening_reason, reopened_by, reopened_at) on month_closes to plumb_app;
    ${inOwnName("month_closes", "closed_by = (select app.actor()) and closed_at = now() and reopening_asked_by is null and reopened_by is null")}

    create function app.guard_month_close() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' then
        if exists (select 1 from legal_entities l
                    where l.tenant_id = new.tenant_id and l.id = new.legal_entity_id
                      and (l.lock_date is distinct from new.locked_before or l.lock_date >= (new.month + interval '1 month')::date - 1)) then
          raise exception 'month % is not closed after what was closed before', new.month using errcode = 'PL195';
        end if;
        return new;
      end if;
      if old.reopened_at is not null or (old.reopening_asked_at is not null and
           (new.reopening_asked_by, new.reopening_asked_at, new.reopening_reason)
             is distinct from (old.reopening_asked_by, old.reopening_asked_at, old.reopening_reason))
         or (old.reopening_asked_at is null and (new.reopening_asked_by, new.reopening_asked_at) is distinct from (app.actor(), now()))
         or (new.reopened_at is not null and (new.reopened_by, new.reopened_at) is distinct from (app.actor(), now())) then
        raise exception 'month close % is reopened once, by two people in their own names', new.id using errcode = 'PL196';
      end if;
      if new.reopened_at is not null and exists (
           select 1 from month_closes c
            where c.tenant_id = new.tenant_id and c.legal_entity_id = new.legal_entity_id and c.month > new.month and c.reopened_at is null) then
        raise exception 'month % is not the last that was closed', new.month using errcode = 'PL197';
      end if;
      return new;
    end $$;
    create trigger guard before insert or update on month_closes for each row execute function app.guard_month_close();

    create function app.refuse_stray_lock() returns trigger language plpgsql as $$
    begin
      if not exists (
           select 1 from month_closes c join legal_entities l on l.tenant_id = c.tenant_id and l.id = c.legal_entity_id
            where c.tenant_id = new.tenant_id and l.id = coalesce(to_jsonb(new) ->> 'legal_entity_id', to_jsonb(new) ->> 'id')::uuid
              and coalesce(c.reopened_at, c.closed_at) = now()
              and l.lock_date is not distinct from
                    case when c.reopened_at is null then (c.month + interval '1 month')::date - 1 else c.locked_before end) then
        raise exception 'books are locked by closing a month, and unlocked by reopening it' using errcode = 'PL198';
      end if;
      return null;
    end $$;
    create constraint trigger lock_follows after insert on month_closes deferrable initially deferred
      for each row execute function app.refuse_stray_lock();
    create constraint trigger unlock_follows after update on month_closes deferrable initially deferred
      for each row when (new.reopened_at is distinct from old.reopened_at) execute function app.refuse_stray_lock();
    create constraint trigger closed_first after update on legal_entities deferrable initially deferred
      for each row when (new.lock_date is distinct from old.lock_date and current_user = 'plumb_app') execute function app.refuse_stray_lock();

    create function app.refuse_closed_books() returns trigger language plpgsql as $$
    declare
      wrong record;
    begin
      select a.id, a.booked_on into wrong
        from added a join legal_entities l on l.tenant_id = a.tenant_id and l.id = a.legal_entity_id
       where a.booked_on <= l.lock_date limit 1;
      if found then
        raise exception 'entry % is booked on %, when the books are closed', wrong.id, wrong.booked_on using errcode = 'PL199';
      end if;
      return null;
    end $$;
    create trigger open_books after insert on ledger_entries referencing new table as added
      for each statement execute function app.refuse_closed_books();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger open_books on ledger_entries;
    drop trigger closed_first on legal_entities;
    drop table month_closes;
    drop function app.refuse_closed_books();
    drop function app.refuse_stray_lock();
    drop function app.guard_month_close();
  `);
}
