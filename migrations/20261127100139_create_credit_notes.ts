import type { Knex } from "knex";
import { allowValues, forbidValues } from "./isolation/allow-values.ts";
import { isolate } from "./isolation/isolate.ts";

/**
 * Credit notes: invoices that take back what another invoice billed, never more than is left of it, and what follows when
 * they are issued: work that is unbilled or given up, limits that have room again, and money that is the client's.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table legal_entities add column credit_number_format text;
    ${allowValues("number_series", "kind", ["credit_note"])}
    ${allowValues("invoices", "kind", ["credit_note"])}
    alter table invoices
      -- The issued invoice that a credit note takes back from.
      add column corrects uuid,
      add column correction_code text check (correction_code in
        ('wrong_rate', 'wrong_quantity', 'wrong_tax', 'wrong_recipient', 'not_agreed', 'quality', 'goodwill', 'duplicate')),
      add column correction_reason text,
      add foreign key (tenant_id, corrects) references invoices (tenant_id, id),
      add constraint credit_notes_correct check ((kind = 'credit_note') = (corrects is not null)
        and (corrects is null) = (correction_code is null) and (corrects is null) = (correction_reason is null)),
      -- What is wrong with a credit note is given up and written anew.
      add constraint credit_notes_stay check (kind <> 'credit_note' or content_version = 1);
    create index invoices_by_corrected on invoices (tenant_id, corrects) where corrects is not null;

    create table credit_lines (
      tenant_id         uuid    not null default app.tenant(),
      -- The line of the credit note, and the line that it takes back from.
      line_id           uuid    not null,
      corrected_line_id uuid    not null,
      treatment         text    not null check (treatment in ('rebillable', 'concession')),
      -- How much of it is taken back, in its unit; 0 when only its price is lowered.
      quantity          numeric not null,
      primary key (tenant_id, line_id),
      foreign key (tenant_id, line_id) references invoice_lines (tenant_id, id),
      foreign key (tenant_id, corrected_line_id) references invoice_lines (tenant_id, id),
      constraint a_price_is_conceded check (quantity <> 0 or treatment = 'concession')
    );
    create index credits_of_line on credit_lines (tenant_id, corrected_line_id);
    ${isolate("credit_lines", "select, insert")}
  `);
  await knex.raw(remainders);
  await knex.raw(work);
  await knex.raw(limits);
  await knex.raw(money);
}

/** What may be credited at all, and how much of it. */
const remainders = `
  create function app.guard_correction() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' then
      if (new.corrects, new.correction_code, new.correction_reason)
         is distinct from (old.corrects, old.correction_code, old.correction_reason) then
        raise exception 'invoice % keeps what it corrects', old.id using errcode = 'PL110';
      end if;
      if new.kind = 'credit_note' and new.stage = 'issued' and old.stage <> 'issued' and new.issued_on < (
           select i.issued_on from invoices i where i.tenant_id = new.tenant_id and i.id = new.corrects) then
        raise exception 'credit note % is dated before the invoice it corrects', old.id using errcode = 'PL112';
      end if;
      return new;
    end if;
    if not exists (
         select 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.corrects and i.kind = 'invoice'
            and i.stage in ('issued', 'posted')
            and (i.legal_entity_id, i.client_id, i.payer_id, i.currency)
              = (new.legal_entity_id, new.client_id, new.payer_id, new.currency)) then
      raise exception 'credit note % corrects no issued invoice of its own client', new.id using errcode = 'PL110';
    end if;
    return new;
  end $$;
  create trigger guard_correction before insert or update on invoices
    for each row when (new.corrects is not null) execute function app.guard_correction();

  create function app.guard_credit_line() returns trigger language plpgsql as $$
  begin
    if not exists (
         select 1 from invoice_lines l
           join invoices c on c.tenant_id = l.tenant_id and c.id = l.invoice_id and c.kind = 'credit_note' and c.stage = 'draft'
           join invoices i on i.tenant_id = c.tenant_id and i.id = c.corrects
           join invoice_lines o on o.tenant_id = i.tenant_id and o.invoice_id = i.id and o.content_version = i.content_version
          where l.tenant_id = new.tenant_id and l.id = new.line_id and o.id = new.corrected_line_id
            and (l.tax_category, l.tax_bp, l.engagement_id) = (o.tax_category, o.tax_bp, o.engagement_id)) then
      raise exception 'credit line % takes nothing back from its invoice at the tax it was billed with', new.line_id
        using errcode = 'PL113';
    end if;
    return new;
  end $$;
  create trigger guard before insert on credit_lines for each row execute function app.guard_credit_line();

  -- At commit and one after another per invoice, so that two who credit at once cannot take back the same.
  create function app.refuse_overcredited() returns trigger language plpgsql as $$
  declare
    wrong uuid;
  begin
    perform 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.corrects for no key update;
    select l.id into wrong from invoice_lines l
     where l.tenant_id = new.tenant_id and l.invoice_id = new.id
       and not exists (select 1 from credit_lines x where x.tenant_id = l.tenant_id and x.line_id = l.id)
     limit 1;
    if wrong is not null then
      raise exception 'line % credits no line of an invoice', wrong using errcode = 'PL113';
    end if;
    select o.id into wrong
      from invoice_lines o
     cross join lateral (
       select sum(l.net_minor) as net, sum(l.retained_minor) as retained, sum(x.quantity) as quantity
         from credit_lines x
         join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
         join invoices c on c.tenant_id = l.tenant_id and c.id = l.invoice_id and c.stage <> 'discarded'
        where x.tenant_id = o.tenant_id and x.corrected_line_id = o.id) back
     where o.tenant_id = new.tenant_id and o.invoice_id = new.corrects
       and (o.net_minor + back.net not between least(o.net_minor, 0) and greatest(o.net_minor, 0)
         or o.retained_minor + back.retained not between least(o.retained_minor, 0) and greatest(o.retained_minor, 0)
         or o.quantity - back.quantity not between least(o.quantity, 0) and greatest(o.quantity, 0))
     limit 1;
    if wrong is not null then
      raise exception 'line % is credited beyond what it billed', wrong using errcode = 'PL114';
    end if;
    if exists (
         select 1 from invoices i
          cross join lateral (
            select sum(c.net_minor) as net, sum(c.tax_minor) as tax, sum(c.total_minor) as total from invoices c
             where c.tenant_id = i.tenant_id and c.corrects = i.id and c.stage <> 'discarded') back
          where i.tenant_id = new.tenant_id and i.id = new.corrects
            and (i.total_minor + back.total < 0 or i.net_minor + back.net not between least(i.net_minor, 0) and greatest(i.net_minor, 0)
              or i.tax_minor + back.tax not between least(i.tax_minor, 0) and greatest(i.tax_minor, 0))) then
      raise exception 'invoice % is credited beyond what it says', new.corrects using errcode = 'PL114';
    end if;
    return null;
  end $$;
  create constraint trigger overcredited after insert on invoices deferrable initially deferred
    for each row when (new.kind = 'credit_note') execute function app.refuse_overcredited();
`;

/** What a line still bills is what its claims hold, also when a part of it was taken back. */
const work = `
  -- A part that a credit left of a claim on an issued line: the claim it was part of is what the line was made from.
  alter table claims
    add column kept_of uuid,
    add foreign key (tenant_id, kept_of) references claims (tenant_id, id),
    add constraint kept_on_its_line check (kept_of is null or line_id is not null);

  -- A credit note is made from the lines it corrects, which credit_lines names: nothing was drafted.
  drop trigger explained on invoices;
  create constraint trigger explained after update of stage on invoices deferrable initially deferred
    for each row when (new.stage = 'issued' and old.stage <> 'issued' and new.kind <> 'credit_note')
    execute function app.refuse_unexplained();

  -- What issued credit notes have left of a line, in its unit; null when they took nothing back.
  create function app.left_of_line(tenant uuid, line uuid) returns numeric language sql stable as $$
    select l.quantity - sum(x.quantity) from invoice_lines l
      join credit_lines x on x.tenant_id = l.tenant_id and x.corrected_line_id = l.id
      join invoice_lines n on n.tenant_id = x.tenant_id and n.id = x.line_id
      join invoices c on c.tenant_id = n.tenant_id and c.id = n.invoice_id and c.stage in ('issued', 'posted')
     where l.tenant_id = tenant and l.id = line
     group by l.quantity having sum(x.quantity) <> 0
  $$;

  create function app.holds_what_is_left(tenant uuid, line uuid) returns boolean language sql stable as $$
    select case when app.left_of_line(tenant, line) = 0 then count(c.id) = 0
                when l.unit = 'minute' then coalesce(sum(c.billed_minutes), 0) = app.left_of_line(tenant, line)
                else count(c.id) > 0 end
      from invoice_lines l
      left join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.released_at is null
     where l.tenant_id = tenant and l.id = line group by l.unit
  $$;

  create or replace function app.refuse_unbacked_lines() returns trigger language plpgsql as $$
  begin
    if exists (select 1 from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
               where l.tenant_id = new.tenant_id and l.id = new.line_id
                 and l.content_version = i.content_version and i.stage <> 'discarded')
       and (app.left_of_line(new.tenant_id, new.line_id) is null or not app.holds_what_is_left(new.tenant_id, new.line_id)) then
      raise exception 'claim % is still billed by its invoice', new.id using errcode = 'PL061';
    end if;
    return null;
  end $$;

  create function app.refuse_untaken_credit() returns trigger language plpgsql as $$
  declare
    wrong uuid;
  begin
    select o.id into wrong from invoice_lines l
      join credit_lines x on x.tenant_id = l.tenant_id and x.line_id = l.id and x.quantity <> 0
      join invoice_lines o on o.tenant_id = x.tenant_id and o.id = x.corrected_line_id
     where l.tenant_id = new.tenant_id and l.invoice_id = new.id
       and exists (select 1 from claims c where c.tenant_id = o.tenant_id and c.line_id = o.id)
       and not app.holds_what_is_left(o.tenant_id, o.id)
     limit 1;
    if wrong is not null then
      raise exception 'line % is credited and holds its work as before', wrong using errcode = 'PL115';
    end if;
    return null;
  end $$;
  create constraint trigger work_taken_back after update of stage on invoices deferrable initially deferred
    for each row when (new.kind = 'credit_note' and new.stage = 'issued' and old.stage <> 'issued')
    execute function app.refuse_untaken_credit();

  create or replace function app.guard_new_claims() returns trigger language plpgsql as $$
  declare
    wrong uuid;
  begin
    select a.id into wrong from added a where a.released_at is not null limit 1;
    if wrong is not null then
      raise exception 'claim % is released before it is made', wrong using errcode = 'PL060';
    end if;
    -- An issued line takes work again only as the part of it that a credit note left there.
    select i.id into wrong
      from (select distinct tenant_id, line_id from added where line_id is not null) a
      join invoice_lines l on l.tenant_id = a.tenant_id and l.id = a.line_id
      join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
     where i.content_version <> l.content_version
        or i.stage not in ('draft', 'validation_pending')
           and (app.left_of_line(l.tenant_id, l.id) is null or not app.holds_what_is_left(l.tenant_id, l.id))
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
`;

/** A rebillable credit gives back what its invoice used of caps and purchase orders. */
const limits = `
  ${allowValues("limit_uses", "state", ["credited"])}

  create or replace function app.count_use() returns trigger language plpgsql as $$
  begin
    if tg_op = 'INSERT' and new.state = 'credited' then
      update limits set used = used - new.amount where tenant_id = new.tenant_id and id = new.limit_id;
    elsif tg_op = 'INSERT' then
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

  create function app.refuse_unbacked_room() returns trigger language plpgsql as $$
  begin
    if not exists (
         select 1 from invoices c
           join limit_uses u on u.tenant_id = c.tenant_id and u.invoice_id = c.corrects and u.state = 'consumed' and u.limit_id = new.limit_id
          where c.tenant_id = new.tenant_id and c.id = new.invoice_id and c.stage in ('issued', 'posted')
            and u.amount >= (select sum(b.amount) from limit_uses b
                               join invoices o on o.tenant_id = b.tenant_id and o.id = b.invoice_id and o.corrects = c.corrects
                              where b.tenant_id = u.tenant_id and b.limit_id = u.limit_id and b.state = 'credited')) then
      raise exception 'limit use % gives back what no issued credit note took back', new.id using errcode = 'PL116';
    end if;
    return null;
  end $$;
  create constraint trigger backed after insert on limit_uses deferrable initially deferred
    for each row when (new.state = 'credited') execute function app.refuse_unbacked_room();
`;

/** What is credited is owed no more, and beyond what was open it is the client's. */
const money = `
  ${allowValues("ledger_entries", "fact", ["retention_credited"])}

  -- At commit: what an issued credit note gives is the client's, and nothing of it stays owed below zero.
  create function app.refuse_ungiven_credit() returns trigger language plpgsql as $$
  begin
    if exists (
         select 1 from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
          where e.tenant_id = new.tenant_id and e.invoice_id = new.id and p.account in ('receivable', 'retention_receivable')
          group by p.account having sum(p.amount_minor) <> 0) then
      raise exception 'credit note % is issued and not given', new.id using errcode = 'PL117';
    end if;
    return null;
  end $$;
  create constraint trigger given after update of stage on invoices deferrable initially deferred
    for each row when (new.kind = 'credit_note' and new.stage = 'issued' and old.stage <> 'issued')
    execute function app.refuse_ungiven_credit();

  create function app.refuse_overreleased_retention() returns trigger language plpgsql as $$
  begin
    perform 1 from clients c where c.tenant_id = new.tenant_id and c.id = new.client_id for no key update;
    if (select sum(p.amount_minor) from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.invoice_id = new.invoice_id and p.account = 'retention_receivable') < 0 then
      raise exception 'invoice % has less retained than is credited', new.invoice_id using errcode = 'PL118';
    end if;
    return null;
  end $$;
  create constraint trigger retention_left after insert on ledger_entries deferrable initially deferred
    for each row when (new.fact = 'retention_credited') execute function app.refuse_overreleased_retention();
`;

/** The guards that know credit notes stay: they ask tables that are gone, so their triggers go first. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.guard_correction, app.guard_credit_line, app.refuse_overcredited, app.refuse_untaken_credit,
      app.refuse_unbacked_room, app.refuse_ungiven_credit, app.refuse_overreleased_retention cascade;
    create or replace function app.left_of_line(tenant uuid, line uuid) returns numeric language sql stable as $$
      select null::numeric $$;
    ${forbidValues("ledger_entries", "fact", ["retention_credited"])}
    ${forbidValues("limit_uses", "state", ["credited"])}
    drop trigger explained on invoices;
    create constraint trigger explained after update of stage on invoices deferrable initially deferred
      for each row when (new.stage = 'issued' and old.stage <> 'issued') execute function app.refuse_unexplained();
    alter table claims drop column kept_of;
    drop table credit_lines;
    alter table invoices drop constraint credit_notes_stay, drop constraint credit_notes_correct,
      drop column correction_reason, drop column correction_code, drop column corrects;
    ${forbidValues("invoices", "kind", ["credit_note"])}
    ${forbidValues("number_series", "kind", ["credit_note"])}
    alter table legal_entities drop column credit_number_format;
  `);
}
