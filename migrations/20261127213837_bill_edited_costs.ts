import type { Knex } from "knex";
import { changeFunction } from "./isolation/change-function.ts";

/** Expenses and disbursements may be edited after they were billed, as time may: a claim then takes a part of what was spent. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- How much of what was spent it takes, where that is not all of its version.
    alter table claims add column amount_minor bigint check (amount_minor > 0);
    -- What was billed then of what was spent, in the currency of the billed version; null of time.
    alter table billed_edits add column billed_minor bigint check (billed_minor > 0);
    -- How much of what was spent goes back with a part of the price: the cost itself became less.
    alter table credit_lines add column cost_minor bigint check (cost_minor > 0),
      drop constraint a_price_is_conceded,
      add constraint a_price_is_conceded check (quantity <> 0 or treatment = 'concession' or cost_minor is not null),
      add constraint a_cost_became_less check (cost_minor is null or quantity = 0 and treatment = 'rebillable');
  `);
  await knex.raw(guards);
  for (const { name, ...change } of changes) await knex.raw(changeFunction(name, change));
}

/** What a credited line keeps of a cost comes back to it though all of its quantity is left. */
const changes = [
  {
    name: "app.refuse_unbacked_lines",
    from: "and (app.left_of_line(new.tenant_id, new.line_id) is null or not app.holds_what_is_left(new.tenant_id, new.line_id)) then",
    to: `and (app.left_of_line(new.tenant_id, new.line_id) is null or not app.holds_what_is_left(new.tenant_id, new.line_id))
       and not exists (select 1 from claims k where k.tenant_id = new.tenant_id and k.line_id = new.line_id and k.released_at is null
                          and k.kept_of is not null and k.amount_minor is not null) then`,
  },
  {
    name: "app.guard_new_claims",
    from: "and (app.left_of_line(l.tenant_id, l.id) is null or not app.holds_what_is_left(l.tenant_id, l.id))",
    to: `and (app.left_of_line(l.tenant_id, l.id) is null or not app.holds_what_is_left(l.tenant_id, l.id))
           and not exists (select 1 from added k where k.line_id = a.line_id and k.kept_of is not null and k.amount_minor is not null)`,
  },
  {
    name: "app.guard_new_claims",
    from: "a.partial and a.part = 0 and (w.kind <> 'time' or a.minutes + a.billed_minutes < 1)",
    to: `a.partial and a.part = 0 and a.amount_minor is null and (w.kind <> 'time' or a.minutes + a.billed_minutes < 1)
        or a.amount_minor is not null and (not a.partial or w.kind not in ('expense', 'disbursement'))`,
  },
];

const guards = `
  -- Parts of a cost are never more than it, and a line keeps of one what its credits left there.
  create function app.guard_cost_claims() returns trigger language plpgsql as $$
  declare
    wrong uuid;
  begin
    if not exists (select 1 from added where amount_minor is not null) then
      return null;
    end if;
    select a.work_item_id into wrong
      from added a
      join claims o on o.tenant_id = a.tenant_id and o.id = a.kept_of
      join work_items v on v.tenant_id = o.tenant_id and v.id = o.work_item_id and v.version = o.work_item_version
     where a.amount_minor is not null and a.amount_minor is distinct from coalesce(o.amount_minor, v.amount_minor) - (
       select sum(x.cost_minor) from credit_lines x
         join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
         join invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id and n.number is not null
        where x.tenant_id = a.tenant_id and x.corrected_line_id = a.line_id)
     limit 1;
    if wrong is null then
      select a.work_item_id into wrong
        from (select distinct tenant_id, work_item_id, work_item_version, kept_of is not null as kept from added
               where amount_minor is not null) a
        join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
       where (select case when a.kept then max(v.amount_minor) else w.amount_minor end from work_items v
               where v.tenant_id = w.tenant_id and v.id = w.id)
           < (select sum(coalesce(c.amount_minor, v.amount_minor)) from claims c
                join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
               where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null)
       limit 1;
    end if;
    if wrong is not null then
      raise exception 'cost % is taken in parts that are more than the whole', wrong using errcode = 'PL235';
    end if;
    return null;
  end $$;
  create trigger guard_costs after insert on claims referencing new table as added
    for each statement execute function app.guard_cost_claims();

  -- All of a cost goes back with its line; a part of it is less than the line bills.
  create function app.guard_credited_cost() returns trigger language plpgsql as $$
  begin
    if not exists (
         select 1 from claims c
           join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
            and v.kind in ('expense', 'disbursement')
          where c.tenant_id = new.tenant_id and c.line_id = new.corrected_line_id and c.released_at is null
            and coalesce(c.amount_minor, v.amount_minor) > new.cost_minor) then
      raise exception 'credit line % takes back more of a cost than its line bills', new.line_id using errcode = 'PL236';
    end if;
    return new;
  end $$;
  create trigger guard_cost before insert on credit_lines for each row when (new.cost_minor is not null)
    execute function app.guard_credited_cost();

  create function app.refuse_untaken_cost() returns trigger language plpgsql as $$
  declare
    wrong uuid;
  begin
    select x.corrected_line_id into wrong from invoice_lines l
      join credit_lines x on x.tenant_id = l.tenant_id and x.line_id = l.id and x.cost_minor is not null
     where l.tenant_id = new.tenant_id and l.invoice_id = new.id
       and not exists (select 1 from claims c where c.tenant_id = x.tenant_id and c.line_id = x.corrected_line_id
                          and c.kept_of is not null and c.made_at = now())
     limit 1;
    if wrong is not null then
      raise exception 'line % is credited and holds its cost as before', wrong using errcode = 'PL236';
    end if;
    return null;
  end $$;
  create constraint trigger cost_taken_back after update of stage on invoices deferrable initially deferred
    for each row when (new.kind = 'credit_note' and new.stage = 'issued' and old.stage <> 'issued')
    execute function app.refuse_untaken_cost();
`;

export async function down(knex: Knex): Promise<void> {
  for (const { name, from, to } of changes) await knex.raw(changeFunction(name, { from: to, to: from }));
  await knex.raw(`
    drop trigger cost_taken_back on invoices;
    drop trigger guard_cost on credit_lines;
    drop trigger guard_costs on claims;
    drop function app.refuse_untaken_cost, app.guard_credited_cost, app.guard_cost_claims;
    alter table credit_lines drop constraint a_cost_became_less, drop constraint a_price_is_conceded, drop column cost_minor,
      add constraint a_price_is_conceded check (quantity <> 0 or treatment = 'concession');
    alter table billed_edits drop column billed_minor;
    alter table claims drop column amount_minor;
  `);
}
