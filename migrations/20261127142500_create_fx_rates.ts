import type { Knex } from "knex";
import { currencies, minorDigits } from "@plumbline/domain/money/currency";
import { isolate } from "./isolation/isolate.ts";

/**
 * Exchange rates, each with when it was known, and the tax of invoices in the currency it is declared in: converted once, by
 * a rate that stands beside it and is never looked up again.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table fx_rates (
      tenant_id      uuid        not null default app.tenant() references tenants (id),
      id             uuid        not null,
      source         text        not null,
      base_currency  text        not null check (base_currency ~ '^[A-Z]{3}$'),
      quote_currency text        not null check (quote_currency ~ '^[A-Z]{3}$' and quote_currency <> base_currency),
      rate_on        date        not null,
      -- Units of the quote currency for one of the base currency, with the digits its source gave it.
      rate           numeric     not null check (rate > 0),
      known_from     timestamptz not null default now(),
      known_to       timestamptz,
      primary key (tenant_id, id)
    );
    create unique index one_known_fx_rate on fx_rates (tenant_id, source, base_currency, quote_currency, rate_on)
      where known_to is null;
    create index fx_rates_by_day on fx_rates (tenant_id, source, rate_on);
    ${isolate("fx_rates", "select, insert")}
    grant update (known_to) on fx_rates to plumb_app;

    -- Whose rates an entity goes by, and of which day.
    alter table legal_entities
      add column fx_fixed_at text check (fx_fixed_at in ('draft', 'issue', 'tax_point')),
      add column fx_source   text,
      add constraint fx_is_whole check ((fx_fixed_at is null) = (fx_source is null));

    create table tax_conversions (
      tenant_id       uuid    not null default app.tenant(),
      invoice_id      uuid    not null,
      content_version int     not null,
      currency        text    not null check (currency ~ '^[A-Z]{3}$'),
      tax_minor       bigint  not null,
      fixed_at        text    not null check (fixed_at in ('draft', 'issue', 'tax_point')),
      base_currency   text    not null,
      quote_currency  text    not null,
      rate            numeric not null check (rate > 0),
      rate_on         date    not null,
      source          text    not null,
      primary key (tenant_id, invoice_id, content_version),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
    );
    ${isolate("tax_conversions", "select, insert")}

    -- ISO 4217, as the domain has it.
    create function app.minor_digits(currency text) returns int language sql immutable parallel safe as $$
      select ${digitsCase}
    $$;

    create function app.guard_tax_conversion() returns trigger language plpgsql as $$
    declare
      i      invoices;
      origin tax_conversions;
      unreturned bigint;
      notes  int;
      halves int := 1;
      billed numeric;
      off    numeric;
    begin
      select * into i from invoices where tenant_id = new.tenant_id and id = new.invoice_id;
      -- With its content, which is approved; or at issue, when the entity has it so.
      if i.content_version <> new.content_version
         or not (i.stage in ('draft', 'validation_pending') or (new.fixed_at = 'issue' and i.stage = 'finance_approved')) then
        raise exception 'the tax of invoice % is no longer converted', new.invoice_id using errcode = 'PL172';
      end if;
      if new.currency <> (select currency from legal_entities where tenant_id = i.tenant_id and id = i.legal_entity_id)
         or (new.base_currency, new.quote_currency) not in ((i.currency, new.currency), (new.currency, i.currency)) then
        raise exception 'the rate of invoice % is of other currencies', new.invoice_id using errcode = 'PL173';
      end if;
      if i.kind = 'credit_note' then
        select * into origin from tax_conversions c
         where c.tenant_id = i.tenant_id and c.invoice_id = i.corrects
           and c.content_version = (select content_version from invoices where tenant_id = i.tenant_id and id = i.corrects);
        if (origin.currency, origin.base_currency, origin.quote_currency, origin.rate, origin.rate_on, origin.source)
           is distinct from (new.currency, new.base_currency, new.quote_currency, new.rate, new.rate_on, new.source) then
          raise exception 'credit note % has another rate than its invoice', new.invoice_id using errcode = 'PL174';
        end if;
        select origin.tax_minor + coalesce(sum(c.tax_minor), 0), count(*) into unreturned, notes
          from invoices n
          join tax_conversions c on c.tenant_id = n.tenant_id and c.invoice_id = n.id and c.content_version = n.content_version
         where n.tenant_id = i.tenant_id and n.corrects = i.corrects and n.stage <> 'discarded';
        if abs(new.tax_minor) > abs(unreturned) then
          raise exception 'credit note % gives back more converted tax than is left', new.invoice_id using errcode = 'PL174';
        end if;
        -- Who takes the last takes what rounding left: up to half a unit of each note before.
        if new.tax_minor = -unreturned then
          halves := 1 + 2 * notes;
        end if;
      end if;
      -- Half up is within half a unit of the exact sum; said without a division, which would be rounded.
      billed := i.tax_minor * power(10::numeric, app.minor_digits(new.currency) - app.minor_digits(i.currency));
      off := case when new.base_currency = i.currency then abs(new.tax_minor - billed * new.rate)
                  else abs(new.tax_minor * new.rate - billed) end;
      if 2 * off > halves * (case when new.base_currency = i.currency then 1 else new.rate end) then
        raise exception 'the tax of invoice % is not its tax at this rate', new.invoice_id using errcode = 'PL173';
      end if;
      return new;
    end $$;
    create trigger guard before insert on tax_conversions for each row execute function app.guard_tax_conversion();

    -- A credit note has what its invoice has, which may be from before there were rates.
    create function app.refuse_unconverted() returns trigger language plpgsql as $$
    declare
      wanted boolean;
      said   text;
    begin
      if new.kind = 'credit_note' then
        wanted := new.tax_minor <> 0 and exists (
          select 1 from tax_conversions c where c.tenant_id = new.tenant_id and c.invoice_id = new.corrects);
      else
        wanted := new.tax_minor <> 0 and new.currency <>
          (select currency from legal_entities where tenant_id = new.tenant_id and id = new.legal_entity_id);
      end if;
      select c.tax_minor::text into said from tax_conversions c
       where c.tenant_id = new.tenant_id and c.invoice_id = new.id and c.content_version = new.content_version;
      if wanted <> (said is not null) or said is distinct from (
           select cast(s.snapshot as jsonb) -> 'taxConversion' ->> 'taxMinor' from invoice_snapshots s
            where s.tenant_id = new.tenant_id and s.invoice_id = new.id) then
        raise exception 'invoice % is issued without its tax in the currency it is declared in', new.id using errcode = 'PL175';
      end if;
      return null;
    end $$;
    create constraint trigger converted after update of stage on invoices deferrable initially deferred
      for each row when (new.stage = 'issued' and old.stage <> 'issued') execute function app.refuse_unconverted();
  `);
}

const digitsCase = [
  "case",
  ...[...Map.groupBy(currencies, minorDigits)].map(
    ([digits, codes]) => `when currency in (${codes.map((code) => `'${code}'`).join(", ")}) then ${digits}`,
  ),
  "end",
].join(" ");

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger converted on invoices;
    drop function app.refuse_unconverted();
    drop table tax_conversions;
    drop function app.guard_tax_conversion();
    drop function app.minor_digits(text);
    alter table legal_entities drop column fx_fixed_at, drop column fx_source;
    drop table fx_rates;
  `);
}
