import type { Knex } from "knex";
import { allowValues, forbidValues } from "./isolation/allow-values.ts";
import { isolate } from "./isolation/isolate.ts";

/** What a period lacks to the minimum that a client committed to, as a run counted it: a piece of work of its own. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table shortfalls (
      tenant_id     uuid    not null default app.tenant(),
      -- Of the work item that bills it.
      id            uuid    not null,
      version       integer not null,
      engagement_id uuid    not null,
      starts_on     date    not null,
      ends_on       date    not null,
      minimum_minor bigint  not null,
      billed_minor  bigint  not null check (billed_minor >= 0),
      -- What was counted, and how.
      detail        jsonb   not null,
      primary key (tenant_id, id, version),
      -- A period has one shortfall, whatever its version.
      unique (tenant_id, engagement_id, starts_on, version),
      foreign key (tenant_id, id, version) references work_items (tenant_id, id, version),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      constraint period_has_days check (ends_on > starts_on),
      constraint something_lacks check (minimum_minor > billed_minor)
    );
    ${isolate("shortfalls", "select, insert")}

    ${allowValues("work_items", "kind", ["shortfall"])}

    -- At commit: it is what lacks of its period, and no day is committed twice.
    create function app.refuse_wrong_shortfall() returns trigger language plpgsql as $$
    declare
      made shortfalls;
    begin
      select * into made from shortfalls s
       where s.tenant_id = new.tenant_id and s.id = new.id and s.version = new.version;
      if made.id is null or (made.engagement_id, made.minimum_minor - made.billed_minor, made.ends_on - 1)
           is distinct from (new.engagement_id, new.amount_minor, new.worked_on) then
        raise exception 'work item % is not what its period lacks to the committed minimum', new.id using errcode = 'PL230';
      end if;
      if new.status = 'approved' and exists (
           select 1 from shortfalls s
             join work_items w on w.tenant_id = s.tenant_id and w.id = s.id and w.version = s.version
            where s.tenant_id = new.tenant_id and s.engagement_id = new.engagement_id and s.id <> new.id
              and w.current and w.status = 'approved'
              and s.starts_on < made.ends_on and made.starts_on < s.ends_on) then
        raise exception 'shortfall % is of days that another one has', new.id using errcode = 'PL231';
      end if;
      return null;
    end $$;
    create constraint trigger lacking after insert on work_items deferrable initially deferred
      for each row when (new.kind = 'shortfall') execute function app.refuse_wrong_shortfall();

    -- At commit: what a shortfall counted is issued with it or before it.
    create function app.refuse_early_shortfall() returns trigger language plpgsql as $$
    declare
      early uuid;
    begin
      select s.id into early
        from shortfalls s
        join claims c on c.tenant_id = s.tenant_id and c.work_item_id = s.id and c.work_item_version = s.version and c.released_at is null
        join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id and l.invoice_id = new.id
       where s.tenant_id = new.tenant_id and exists (
               select 1 from invoice_lines k
                 join invoices i on i.tenant_id = k.tenant_id and i.id = k.invoice_id and i.content_version = k.content_version
                  and i.number is null and i.stage <> 'discarded'
                 join claims d on d.tenant_id = k.tenant_id and d.line_id = k.id and d.released_at is null
                 join work_items w on w.tenant_id = d.tenant_id and w.id = d.work_item_id and w.version = d.work_item_version
                where k.tenant_id = s.tenant_id and k.engagement_id = s.engagement_id
                  and w.kind <> 'shortfall' and w.worked_on < s.ends_on)
       limit 1;
      if early is not null then
        raise exception 'shortfall % is issued before what it counted', early using errcode = 'PL232';
      end if;
      return null;
    end $$;
    create constraint trigger shortfall_last after update on invoices deferrable initially deferred
      for each row when (old.number is null and new.number is not null) execute function app.refuse_early_shortfall();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.refuse_early_shortfall cascade;
    drop function app.refuse_wrong_shortfall cascade;
    ${forbidValues("work_items", "kind", ["shortfall"])}
    drop table shortfalls;
  `);
}
