import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** What persons decide about work on a draft: to ask less for it, or nothing. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table write_downs (
      tenant_id         uuid        not null default app.tenant(),
      id                uuid        not null,
      invoice_id        uuid        not null,
      kind              text        not null check (kind in ('write_down', 'no_charge')),
      share_bp          int         check (share_bp between 1 and 10000),
      amount_minor      bigint      check (amount_minor > 0),
      reason            text        not null check (btrim(reason) <> ''),
      -- What the client reads; the reason is the firm's own.
      wording           text        check (btrim(wording) <> ''),
      decided_by        uuid        not null default app.actor(),
      decided_at        timestamptz not null default now(),
      withdrawn_by      uuid,
      withdrawn_at      timestamptz,
      withdrawal_reason text        check (btrim(withdrawal_reason) <> ''),
      primary key (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, decided_by) references memberships (tenant_id, id),
      foreign key (tenant_id, withdrawn_by) references memberships (tenant_id, id),
      constraint one_measure check (num_nonnulls(share_bp, amount_minor) = case kind when 'write_down' then 1 else 0 end),
      constraint withdrawn_by_somebody check (
        (withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawal_reason is null))
    );
    create index write_downs_by_invoice on write_downs (tenant_id, invoice_id);
    ${isolate("write_downs", "select, insert, update")}
    ${inOwnName("write_downs", "decided_by = (select app.actor()) and decided_at = now() and withdrawn_at is null")}

    -- Parts of work as the claims name them that it was decided on.
    create table write_down_work (
      tenant_id     uuid     not null default app.tenant(),
      write_down_id uuid     not null,
      work_item_id  uuid     not null,
      share         smallint not null,
      primary key (tenant_id, write_down_id, work_item_id, share),
      foreign key (tenant_id, write_down_id) references write_downs (tenant_id, id)
    );
    create index decisions_on_work on write_down_work (tenant_id, work_item_id);
    ${isolate("write_down_work", "select, insert")}

    alter table invoice_lines add column no_charge boolean not null default false;
    alter table invoice_adjustments
      add column write_down_id uuid,
      add foreign key (tenant_id, write_down_id) references write_downs (tenant_id, id),
      add constraint a_decision_takes_off_a_line check (write_down_id is null or kind = 'allowance' and line_id is not null);
    create index adjustments_by_decision on invoice_adjustments (tenant_id, write_down_id) where write_down_id is not null;
  `);
  await knex.raw(guards);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.guard_write_down, app.guard_decided_work, app.check_decided_lines, app.refuse_unexplained_gift cascade;
    alter table invoice_adjustments drop column write_down_id;
    alter table invoice_lines drop column no_charge;
    drop table write_down_work;
    drop table write_downs;
  `);
}

const guards = `
  -- Before issue only, about an invoice, and never changed: it is withdrawn and decided anew.
  create function app.guard_write_down() returns trigger language plpgsql as $$
  declare
    open boolean;
  begin
    select i.kind = 'invoice' and i.stage in ('validation_pending', 'manager_approved', 'finance_approved') into open
      from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id;
    if not coalesce(open, false)
       or tg_op = 'UPDATE' and (old.withdrawn_at is not null or new.withdrawn_at is distinct from now()
          or new.withdrawn_by is distinct from app.actor()
          or to_jsonb(new) - '{withdrawn_at,withdrawn_by,withdrawal_reason}'::text[]
             <> to_jsonb(old) - '{withdrawn_at,withdrawn_by,withdrawal_reason}'::text[]) then
      raise exception 'decision % is made before issue, stays as it was made, and is withdrawn once', new.id using errcode = 'PL190';
    end if;
    return new;
  end $$;
  create trigger guard before insert or update on write_downs for each row execute function app.guard_write_down();

  -- About work that the invoice bills now, which is not the client's own money, and which nothing else was decided about.
  create function app.guard_decided_work() returns trigger language plpgsql as $$
  declare
    wrong uuid;
  begin
    select a.work_item_id into wrong
      from added a
      join write_downs d on d.tenant_id = a.tenant_id and d.id = a.write_down_id
     where not exists (
       select 1 from claims c
         join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
         join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.content_version = l.content_version
         join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
        where c.tenant_id = a.tenant_id and c.work_item_id = a.work_item_id and c.share = a.share and c.released_at is null
          and i.id = d.invoice_id and w.kind <> 'disbursement')
     limit 1;
    if wrong is not null then
      raise exception 'work % is not what this invoice charges for', wrong using errcode = 'PL191';
    end if;
    select a.work_item_id into wrong
      from added a
      join write_downs d on d.tenant_id = a.tenant_id and d.id = a.write_down_id
      join write_down_work o on o.tenant_id = a.tenant_id and o.work_item_id = a.work_item_id and o.share = a.share
                            and o.write_down_id <> a.write_down_id
      join write_downs e on e.tenant_id = o.tenant_id and e.id = o.write_down_id and e.withdrawn_at is null
                        and e.invoice_id = d.invoice_id
     limit 1;
    if wrong is not null then
      raise exception 'something else is decided about work % already', wrong using errcode = 'PL192';
    end if;
    return null;
  end $$;
  create trigger guard after insert on write_down_work referencing new table as added
    for each statement execute function app.guard_decided_work();

  -- What a decision takes off is of its own invoice, while it stands, and at most what was decided.
  create function app.check_decided_lines() returns trigger language plpgsql as $$
  declare
    wrong uuid;
  begin
    select d.id into wrong
      from (select tenant_id, invoice_id, write_down_id, sum(amount_minor) as taken, bool_and(share_bp is not distinct from d_bp) as as_decided
              from (select a.*, coalesce(w.share_bp, case w.kind when 'no_charge' then 10000 end) as d_bp
                      from added a join write_downs w on w.tenant_id = a.tenant_id and w.id = a.write_down_id) a
             group by 1, 2, 3) a
      join write_downs d on d.tenant_id = a.tenant_id and d.id = a.write_down_id
     where d.invoice_id <> a.invoice_id or d.withdrawn_at is not null or not a.as_decided or a.taken > d.amount_minor
     limit 1;
    if wrong is not null then
      raise exception 'decision % takes off something else', wrong using errcode = 'PL193';
    end if;
    return null;
  end $$;
  create trigger decided after insert on invoice_adjustments referencing new table as added
    for each statement execute function app.check_decided_lines();

  -- At commit: what costs nothing was decided to cost nothing.
  create function app.refuse_unexplained_gift() returns trigger language plpgsql as $$
  begin
    if new.net_minor <> 0 or not exists (
         select 1 from invoice_adjustments a join write_downs d on d.tenant_id = a.tenant_id and d.id = a.write_down_id
          where a.tenant_id = new.tenant_id and a.line_id = new.id and d.kind = 'no_charge') then
      raise exception 'line % of invoice % costs nothing, and nobody decided so', new.position, new.invoice_id using errcode = 'PL194';
    end if;
    return null;
  end $$;
  create constraint trigger decided after insert on invoice_lines deferrable initially deferred
    for each row when (new.no_charge) execute function app.refuse_unexplained_gift();
`;
