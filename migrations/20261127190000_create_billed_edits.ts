import type { Knex } from "knex";
import { changeFunction } from "./isolation/change-function.ts";
import { isolate } from "./isolation/isolate.ts";

/**
 * Time may be edited after it was billed: the edit names what was billed, what is more goes on the next bill, and a credit note
 * takes back of named work what is too much.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table billed_edits (
      tenant_id      uuid not null default app.tenant(),
      work_item_id   uuid not null,
      -- The version that came when an earlier one was billed.
      version        int  not null check (version > billed_version),
      billed_version int  not null,
      -- Source minutes that were billed then, and the latest invoice that bills some of them.
      billed_minutes int  not null check (billed_minutes >= 0),
      invoice_id     uuid not null,
      primary key (tenant_id, work_item_id, version),
      foreign key (tenant_id, work_item_id, version) references work_items (tenant_id, id, version),
      foreign key (tenant_id, work_item_id, billed_version) references work_items (tenant_id, id, version),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
    );
    ${isolate("billed_edits", "select, insert")}

    -- Which work a line of a credit note takes back, where that is not simply the latest of its line.
    create table credit_work (
      tenant_id      uuid not null default app.tenant(),
      line_id        uuid not null,
      work_item_id   uuid not null,
      billed_minutes int  not null check (billed_minutes > 0),
      primary key (tenant_id, line_id, work_item_id),
      foreign key (tenant_id, line_id) references credit_lines (tenant_id, line_id)
    );
    create index credits_of_work on credit_work (tenant_id, work_item_id);
    ${isolate("credit_work", "select, insert")}
  `);
  await knex.raw(guards);
  await knex.raw(changeFunction("app.guard_new_claims", { from: ofItsVersion, to: ofAnyVersion }));
}

const guards = `
  create function app.guard_billed_edit() returns trigger language plpgsql as $$
  begin
    if not exists (
         select 1 from claims c
           join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id and l.invoice_id = new.invoice_id
           join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.number is not null
          where c.tenant_id = new.tenant_id and c.work_item_id = new.work_item_id and c.work_item_version = new.billed_version
            and c.released_at is null) then
      raise exception 'version % of work item % was billed nowhere', new.billed_version, new.work_item_id using errcode = 'PL150';
    end if;
    return new;
  end $$;
  create trigger guard before insert on billed_edits for each row execute function app.guard_billed_edit();

  -- Work of the corrected line, and together no more than the line takes back.
  create function app.guard_credit_work() returns trigger language plpgsql as $$
  declare
    wrong uuid;
  begin
    select a.line_id into wrong
      from (select distinct tenant_id, line_id from added) a
      join credit_lines x on x.tenant_id = a.tenant_id and x.line_id = a.line_id
      join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
      join invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id
     where n.stage <> 'draft'
        or (select sum(k.billed_minutes) from credit_work k where k.tenant_id = a.tenant_id and k.line_id = a.line_id) > x.quantity
        or exists (
          select 1 from credit_work k
           where k.tenant_id = a.tenant_id and k.line_id = a.line_id and k.billed_minutes > (
             select coalesce(sum(c.billed_minutes), 0) from claims c
              where c.tenant_id = k.tenant_id and c.work_item_id = k.work_item_id and c.line_id = x.corrected_line_id
                and c.released_at is null))
     limit 1;
    if wrong is not null then
      raise exception 'credit line % names work that it does not take back', wrong using errcode = 'PL151';
    end if;
    return null;
  end $$;
  create trigger guard after insert on credit_work referencing new table as added
    for each statement execute function app.guard_credit_work();
`;

const ofItsVersion = `where w.minutes < (select sum(c.minutes) from claims c`;
// What a credit left on its line was within some version of the work; an edit since may have made the work shorter.
const ofAnyVersion = `where case when exists (select 1 from added k where k.work_item_id = a.work_item_id and k.kept_of is not null)
                       then (select max(v.minutes) from work_items v where v.tenant_id = w.tenant_id and v.id = w.id)
                       else w.minutes end < (select sum(c.minutes) from claims c`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${changeFunction("app.guard_new_claims", { from: ofAnyVersion, to: ofItsVersion })}
    drop table credit_work, billed_edits;
    drop function app.guard_billed_edit, app.guard_credit_work;
  `);
}
