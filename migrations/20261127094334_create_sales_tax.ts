import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/**
 * Sales tax in the United States: what the firm knows about it (rates, nexus, taxability, certificates: each with when it
 * was known), where parties are, and the parts of a tax on an invoice and in the ledger.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Places that levy sales tax where a party is, the state first.
    alter table clients add column tax_jurisdictions text[] not null default '{}';
    alter table legal_entities add column tax_jurisdictions text[] not null default '{}';

    create table us_tax_rates (
      tenant_id       uuid        not null default app.tenant() references tenants (id),
      id              uuid        not null,
      code            text        not null check (code ~ '^[A-Z]{2}'),
      name            text        not null,
      level           text        not null check (level in ('state', 'county', 'city', 'special')),
      -- For one kind of service only; null is for all others.
      service         text,
      -- 88750 is 8.875 %.
      rate_millionths int         not null check (rate_millionths between 0 and 999999),
      effective_from  date        not null,
      effective_to    date        check (effective_to > effective_from),
      known_from      timestamptz not null default now(),
      known_to        timestamptz,
      primary key (tenant_id, id)
    );
    create unique index one_known_tax_rate on us_tax_rates (tenant_id, code, service, effective_from) nulls not distinct
      where known_to is null;
    ${isolate("us_tax_rates", "select, insert")}
    grant update (known_to) on us_tax_rates to plumb_app;

    create table us_tax_nexus (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      legal_entity_id uuid        not null,
      state           text        not null check (state ~ '^[A-Z]{2}$'),
      reason          text        not null,
      effective_from  date        not null,
      effective_to    date        check (effective_to > effective_from),
      known_from      timestamptz not null default now(),
      known_to        timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id)
    );
    create unique index one_known_nexus on us_tax_nexus (tenant_id, legal_entity_id, state, effective_from)
      where known_to is null;
    ${isolate("us_tax_nexus", "select, insert")}
    grant update (known_to) on us_tax_nexus to plumb_app;

    create table us_taxability (
      tenant_id      uuid        not null default app.tenant() references tenants (id),
      id             uuid        not null,
      state          text        not null check (state ~ '^[A-Z]{2}$'),
      service        text        not null,
      taxable        boolean     not null,
      source         text        not null,
      effective_from date        not null,
      known_from     timestamptz not null default now(),
      known_to       timestamptz,
      primary key (tenant_id, id)
    );
    create unique index one_known_taxability on us_taxability (tenant_id, state, service, effective_from)
      where known_to is null;
    ${isolate("us_taxability", "select, insert")}
    grant update (known_to) on us_taxability to plumb_app;

    -- The paper is the evidence: its name and hash stand here, and never change.
    create table tax_certificates (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      client_id       uuid        not null,
      number          text        not null,
      states          text[]      not null check (cardinality(states) > 0),
      reason          text        not null,
      valid_from      date        not null,
      valid_to        date        check (valid_to > valid_from),
      when_expired    text        not null check (when_expired in ('taxable', 'pending')),
      document        text        not null,
      document_sha256 text        not null check (document_sha256 ~ '^[0-9a-f]{64}$'),
      known_from      timestamptz not null default now(),
      known_to        timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id)
    );
    create index certificates_by_client on tax_certificates (tenant_id, client_id) where known_to is null;
    ${isolate("tax_certificates", "select, insert")}
    grant update (known_to) on tax_certificates to plumb_app;

    alter table tax_determinations
      -- A part of a sales tax: who levies it, and the exact rate.
      add column jurisdiction      text,
      add column jurisdiction_name text,
      add column level             text check (level in ('state', 'county', 'city', 'special')),
      add column rate_millionths   int,
      add column certificate_id    uuid,
      add foreign key (tenant_id, certificate_id) references tax_certificates (tenant_id, id),
      add constraint part_is_whole check ((jurisdiction is null) = (level is null)
        and (jurisdiction is null) = (rate_millionths is null) and (jurisdiction is null) = (jurisdiction_name is null)),
      -- Half up, away from zero: the part rounds once.
      add constraint part_is_base_times_rate check (jurisdiction is null
        or tax_minor = round(base_minor::numeric * rate_millionths / 1000000)),
      drop constraint ${uniqueRates};
    create unique index one_tax_each on tax_determinations
      (tenant_id, invoice_id, content_version, category, basis_points, jurisdiction) nulls not distinct;
    -- Each stack stands on the part of its state, whose base is the base of them all.
    create unique index one_state_each on tax_determinations (tenant_id, invoice_id, content_version, category)
      where level = 'state';
    alter table ledger_postings add column tax_jurisdiction text check (tax_jurisdiction is null or account = 'tax_payable');

    create or replace function app.refuse_unbalanced(tenant uuid, invoice uuid, content integer, net bigint, taxed bigint,
        total_minutes bigint) returns void language plpgsql stable as $$
    declare
      lines  record;
      taxes  record;
    begin
      select count(*) as pieces, coalesce(sum(net_minor), 0) as net, coalesce(sum(l.minutes), 0) as minutes into lines from invoice_lines l
       where l.tenant_id = tenant and l.invoice_id = invoice and l.content_version = content;
      select coalesce(sum(base_minor) filter (where coalesce(level, 'state') = 'state'), 0) as base,
             coalesce(sum(tax_minor), 0) as tax into taxes from tax_determinations t
       where t.tenant_id = tenant and t.invoice_id = invoice and t.content_version = content;
      if lines.pieces = 0 or lines.net <> net or lines.minutes <> total_minutes or taxes.base <> net or taxes.tax <> taxed then
        raise exception 'invoice % says net % tax %, its lines % and taxes % on %',
          invoice, net, taxed, lines.net, taxes.tax, taxes.base using errcode = 'PL050';
      end if;
    end $$;

    create or replace function app.check_tax_sums() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select i.id into wrong
        from (select tenant_id, invoice_id, content_version, count(*) as pieces from added group by 1, 2, 3) a
        join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
        cross join lateral (
          select count(*) as pieces, sum(t.base_minor) filter (where coalesce(t.level, 'state') = 'state') as base_minor,
                 sum(t.tax_minor) as tax_minor
            from tax_determinations t
           where t.tenant_id = a.tenant_id and t.invoice_id = a.invoice_id and t.content_version = a.content_version) s
       where i.content_version <> a.content_version or i.stage not in ('draft', 'validation_pending') or s.pieces <> a.pieces
          or (i.net_minor, i.tax_minor) is distinct from (s.base_minor, s.tax_minor)
       limit 1;
      if wrong is not null then
        raise exception 'invoice % is not the sum of its taxes', wrong using errcode = 'PL052';
      end if;
      select a.invoice_id into wrong
        from added a
        left join added s on s.tenant_id = a.tenant_id and s.invoice_id = a.invoice_id and s.content_version = a.content_version
              and s.category = a.category and s.level = 'state'
       where a.level is not null and (s.base_minor is distinct from a.base_minor
              or left(s.jurisdiction, 2) is distinct from left(a.jurisdiction, 2))
       limit 1;
      if wrong is not null then
        raise exception 'a part of the sales tax on invoice % stands on another base, or in another state', wrong
          using errcode = 'PL171';
      end if;
      return null;
    end $$;
  `);
}

/** The name that PostgreSQL gave the key: cut to what a name may hold. */
const uniqueRates = "tax_determinations_tenant_id_invoice_id_content_version_cat_key";

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index one_state_each, one_tax_each;
    alter table ledger_postings drop column tax_jurisdiction;
    alter table tax_determinations drop column certificate_id, drop column rate_millionths, drop column level,
      drop column jurisdiction_name, drop column jurisdiction;
    drop table tax_certificates, us_taxability, us_tax_nexus, us_tax_rates;
    alter table legal_entities drop column tax_jurisdictions;
    alter table clients drop column tax_jurisdictions;
  `);
}
