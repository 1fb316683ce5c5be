import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/** Discounts and surcharges: of a line inside its net, of an invoice between the sum of the lines and its net. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table invoices add column adjusted_minor bigint not null default 0;
    alter table invoice_lines
      add column adjusted_minor bigint not null default 0,
      -- Its part of what the invoice as a whole is adjusted by: a credit of the line takes that back too.
      add column spread_minor bigint not null default 0,
      drop constraint net_is_quantity_times_price,
      -- Before what was taken off or added, which is whole already: so the net rounds once, half up, away from zero.
      add constraint net_is_quantity_times_price check (${isQuantityTimesPrice("(net_minor - adjusted_minor)")});

    -- Insert-only, like the lines: EN 16931 BG-27 and BG-28 with a line, BG-20 and BG-21 without.
    create table invoice_adjustments (
      tenant_id       uuid   not null default app.tenant(),
      id              uuid   not null,
      invoice_id      uuid   not null,
      content_version int    not null,
      position        int    not null check (position >= 1),
      line_id         uuid,
      engagement_id   uuid   not null,
      kind            text   not null check (kind in ('allowance', 'surcharge')),
      amount_minor    bigint not null check (amount_minor > 0),
      share_bp        int    check (share_bp > 0),
      base_minor      bigint,
      tax_category    text   not null,
      tax_bp          int    not null,
      reason_code     text   not null,
      reason          text   not null,
      because         text   not null,
      primary key (tenant_id, id),
      unique (tenant_id, invoice_id, content_version, position),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, line_id) references invoice_lines (tenant_id, id),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      constraint share_has_base check ((share_bp is null) = (base_minor is null))
    );
    create index adjustments_by_line on invoice_adjustments (tenant_id, line_id) where line_id is not null;
    ${isolate("invoice_adjustments", "select, insert")}
  `);
  await knex.raw(explanations);
  await knex.raw(invoiceSums({ adjusted: true }));
  await knex.raw(lineSums({ adjusted: true }));
  await knex.raw(taxBases);
  await knex.raw(overcredited({ net: "(o.net_minor + o.spread_minor)" }));
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(overcredited({ net: "o.net_minor" }));
  await knex.raw(lineSums({ adjusted: false }));
  await knex.raw(invoiceSums({ adjusted: false }));
  await knex.raw(`
    drop function app.check_tax_bases, app.refuse_unexplained_line, app.check_adjustments cascade;
    drop function app.adjusted;
    drop table invoice_adjustments;
    alter table invoice_lines
      drop constraint net_is_quantity_times_price,
      drop column adjusted_minor,
      drop column spread_minor,
      add constraint net_is_quantity_times_price check (${isQuantityTimesPrice("net_minor")});
    alter table invoices drop column adjusted_minor;
  `);
}

const isQuantityTimesPrice = (net: string): string => `
        abs(2 * (${net}::numeric * price_base - quantity * price_minor)) < price_base
        or abs(2 * (${net}::numeric * price_base - quantity * price_minor)) = price_base
           and abs(${net}::numeric * price_base) > abs(quantity * price_minor)`;

const explanations = `
  create function app.adjusted(tenant uuid, invoice uuid, content int, line uuid) returns bigint language sql stable as $$
    select coalesce(sum(case when a.kind = 'allowance' then -a.amount_minor else a.amount_minor end), 0)::bigint
      from invoice_adjustments a
     where a.tenant_id = tenant and a.invoice_id = invoice and a.content_version = content
       and a.line_id is not distinct from line
  $$;

  -- All of a version in one statement, after its lines; later ones are refused whatever they come to.
  create function app.check_adjustments() returns trigger language plpgsql as $$
  declare
    wrong uuid;
  begin
    select i.id into wrong
      from (select tenant_id, invoice_id, content_version, count(*) as pieces from added group by 1, 2, 3) a
      join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
     where i.content_version <> a.content_version or i.stage not in ('draft', 'validation_pending')
        or a.pieces <> (select count(*) from invoice_adjustments x
                         where x.tenant_id = a.tenant_id and x.invoice_id = a.invoice_id and x.content_version = a.content_version)
        or i.adjusted_minor <> app.adjusted(i.tenant_id, i.id, i.content_version, null)
     limit 1;
    if wrong is null then
      select a.invoice_id into wrong
        from (select distinct tenant_id, invoice_id, content_version, line_id, tax_category, tax_bp from added where line_id is not null) a
        join invoice_lines l on l.tenant_id = a.tenant_id and l.id = a.line_id
       where (l.invoice_id, l.content_version, l.tax_category, l.tax_bp) <> (a.invoice_id, a.content_version, a.tax_category, a.tax_bp)
          or l.adjusted_minor <> app.adjusted(a.tenant_id, a.invoice_id, a.content_version, a.line_id)
       limit 1;
    end if;
    if wrong is not null then
      raise exception 'invoice % is not adjusted by what it says', wrong using errcode = 'PL160';
    end if;
    return null;
  end $$;
  create trigger adjustments_add_up after insert on invoice_adjustments referencing new table as added
    for each statement execute function app.check_adjustments();

  -- At commit, for what says that it is adjusted: something says by what.
  create function app.refuse_unexplained_line() returns trigger language plpgsql as $$
  begin
    if new.adjusted_minor <> app.adjusted(new.tenant_id, new.invoice_id, new.content_version, new.id) then
      raise exception 'line % of invoice % is adjusted, and nothing says why', new.position, new.invoice_id using errcode = 'PL160';
    end if;
    return null;
  end $$;
  create constraint trigger explained after insert on invoice_lines deferrable initially deferred
    for each row when (new.adjusted_minor <> 0) execute function app.refuse_unexplained_line();
`;

/** At commit: the header says what its lines, adjustments and taxes come to. A tax in parts stands on one base. */
const invoiceSums = ({ adjusted }: { readonly adjusted: boolean }): string => `
  drop trigger sums_insert on invoices;
  drop trigger sums_update on invoices;
  drop function app.check_invoice_sums;
  drop function app.refuse_unbalanced;
  create function app.refuse_unbalanced(tenant uuid, invoice uuid, content int, net bigint, taxed bigint, total_minutes bigint${
    adjusted ? ", adjusted bigint" : ""
  }) returns void language plpgsql stable as $$
  declare
    lines  record;
    taxes  record;
  begin
    select count(*) as pieces, coalesce(sum(net_minor), 0) as net, coalesce(sum(l.minutes), 0) as minutes into lines from invoice_lines l
     where l.tenant_id = tenant and l.invoice_id = invoice and l.content_version = content;
    select coalesce(sum(base_minor) filter (where coalesce(level, 'state') = 'state'), 0) as base,
           coalesce(sum(tax_minor), 0) as tax into taxes from tax_determinations t
     where t.tenant_id = tenant and t.invoice_id = invoice and t.content_version = content;
    if lines.pieces = 0 or lines.net${adjusted ? " + adjusted" : ""} <> net or lines.minutes <> total_minutes or taxes.base <> net or taxes.tax <> taxed${
      adjusted ? "\n       or adjusted <> 0 and adjusted <> app.adjusted(tenant, invoice, content, null)" : ""
    } then
      raise exception 'invoice % says net % tax %, its lines % and taxes % on %',
        invoice, net, taxed, lines.net, taxes.tax, taxes.base using errcode = 'PL050';
    end if;
  end $$;
  create function app.check_invoice_sums() returns trigger language plpgsql as $$
  begin
    perform app.refuse_unbalanced(new.tenant_id, new.id, new.content_version, new.net_minor, new.tax_minor, new.minutes${
      adjusted ? ", new.adjusted_minor" : ""
    });
    return null;
  end $$;
  create constraint trigger sums_insert after insert on invoices
    deferrable initially deferred for each row execute function app.check_invoice_sums();
  create constraint trigger sums_update after update of net_minor, tax_minor, minutes, ${adjusted ? "adjusted_minor, " : ""}content_version on invoices
    deferrable initially deferred for each row execute function app.check_invoice_sums();
`;

const lineSums = ({ adjusted }: { readonly adjusted: boolean }): string => `
  create or replace function app.check_line_sums() returns trigger language plpgsql as $$
  declare
    wrong uuid;
  begin
    select i.id into wrong
      from (select tenant_id, invoice_id, content_version, count(*) as pieces from added group by 1, 2, 3) a
      join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
      cross join lateral (
        select count(*) as pieces, sum(l.net_minor) as net_minor, sum(l.minutes) as minutes${adjusted ? ", sum(l.spread_minor) as spread_minor" : ""}
          from invoice_lines l
         where l.tenant_id = a.tenant_id and l.invoice_id = a.invoice_id and l.content_version = a.content_version) s
     where i.content_version <> a.content_version or i.stage not in ('draft', 'validation_pending') or s.pieces <> a.pieces
        or ${
          adjusted
            ? "(i.net_minor - i.adjusted_minor, i.minutes, i.adjusted_minor) is distinct from (s.net_minor, s.minutes, s.spread_minor)"
            : "(i.net_minor, i.minutes) is distinct from (s.net_minor, s.minutes)"
        }
     limit 1;
    if wrong is not null then
      raise exception 'invoice % is not the sum of its lines', wrong using errcode = 'PL051';
    end if;
    return null;
  end $$;
`;

/**
 * The base of each category and rate is what its lines come to, less what is taken off them as a whole (EN 16931, BR-S-08 and
 * its like): taxes come after both. Parts of a sales tax stand on one base, that of their state, whatever their rates.
 */
const taxBases = `
  create function app.check_tax_bases() returns trigger language plpgsql as $$
  declare
    wrong uuid;
  begin
    select p.invoice_id into wrong
      from (select tenant_id, invoice_id, content_version, bool_or(level is not null) as in_parts from added group by 1, 2, 3) v
     cross join lateral (
       select l.invoice_id, l.tax_category as category, l.tax_bp as bp, l.net_minor as base from invoice_lines l
        where l.tenant_id = v.tenant_id and l.invoice_id = v.invoice_id and l.content_version = v.content_version
       union all
       select a.invoice_id, a.tax_category, a.tax_bp, case when a.kind = 'allowance' then -a.amount_minor else a.amount_minor end
         from invoice_adjustments a
        where a.tenant_id = v.tenant_id and a.invoice_id = v.invoice_id and a.content_version = v.content_version and a.line_id is null
       union all
       select t.invoice_id, t.category, t.basis_points, -t.base_minor from added t
        where t.tenant_id = v.tenant_id and t.invoice_id = v.invoice_id and t.content_version = v.content_version
          and coalesce(t.level, 'state') = 'state') p
     group by p.invoice_id, p.category, case when not v.in_parts then p.bp end having sum(p.base) <> 0
     limit 1;
    if wrong is not null then
      raise exception 'invoice % taxes something else than its lines', wrong using errcode = 'PL161';
    end if;
    return null;
  end $$;
  create trigger taxes_are_of_lines after insert on tax_determinations referencing new table as added
    for each statement execute function app.check_tax_bases();
`;

/** As when credit notes came, but for what a line is worth. */
const overcredited = ({ net }: { readonly net: string }): string => `
  create or replace function app.refuse_overcredited() returns trigger language plpgsql as $$
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
       and (${net} + back.net not between least(${net}, 0) and greatest(${net}, 0)
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
`;
