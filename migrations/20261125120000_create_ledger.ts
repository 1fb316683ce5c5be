import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** The sub-ledger: what billing did, in double entry, written once and never changed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One business fact about one client, of one legal entity and currency.
    create table ledger_entries (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      fact            text        not null check (fact in ('invoice_issued')),
      legal_entity_id uuid        not null,
      -- Who owes or paid: the payer of an invoice.
      client_id       uuid        not null,
      currency        text        not null check (currency ~ '^[A-Z]{3}$'),
      booked_on       date        not null,
      invoice_id      uuid,
      recorded_by     uuid        not null default app.actor(),
      recorded_at     timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      constraint issue_names_invoice check (fact <> 'invoice_issued' or invoice_id is not null)
    );
    create unique index booked_once on ledger_entries (tenant_id, invoice_id) where fact = 'invoice_issued';
    create index ledger_by_invoice on ledger_entries (tenant_id, invoice_id) where invoice_id is not null;
    create index ledger_by_client on ledger_entries (tenant_id, client_id, booked_on);
    ${isolate("ledger_entries", "select, insert")}
    ${inOwnName("ledger_entries", "recorded_by = (select app.actor()) and recorded_at = now()")}

    create table ledger_postings (
      tenant_id    uuid   not null default app.tenant(),
      entry_id     uuid   not null,
      position     int    not null check (position >= 1),
      account      text   not null check (account in ('receivable', 'retention_receivable', 'cash', 'withholding_tax',
                     'bank_fees', 'discounts_allowed', 'bad_debt', 'unapplied_cash', 'revenue', 'tax_payable')),
      -- Debits are positive, credits negative.
      amount_minor bigint not null check (amount_minor <> 0),
      tax_category text,
      tax_bp       int,
      primary key (tenant_id, entry_id, position),
      foreign key (tenant_id, entry_id) references ledger_entries (tenant_id, id),
      constraint tax_is_named check ((account = 'tax_payable') = (tax_category is not null)
        and (tax_category is null) = (tax_bp is null))
    );
    ${isolate("ledger_postings", "select, insert")}

    -- All postings of an entry come in one statement and sum to nothing, so that none can be added to it later.
    create function app.refuse_lopsided_entries() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select a.entry_id into wrong
        from (select tenant_id, entry_id, count(*) as pieces, sum(amount_minor) as balance from added group by 1, 2) a
       where a.balance <> 0
          or a.pieces <> (select count(*) from ledger_postings p where p.tenant_id = a.tenant_id and p.entry_id = a.entry_id)
       limit 1;
      if wrong is not null then
        raise exception 'ledger entry % does not balance, or was complete before', wrong using errcode = 'PL080';
      end if;
      return null;
    end $$;
    create trigger balanced after insert on ledger_postings referencing new table as added
      for each statement execute function app.refuse_lopsided_entries();

    -- At commit: an issued invoice owes, in the ledger, what it says, per account and to whom it says.
    create function app.refuse_unbooked() returns trigger language plpgsql as $$
    begin
      if not exists (
           select 1 from ledger_entries e
            cross join lateral (
              select coalesce(sum(p.amount_minor) filter (where p.account in ('receivable', 'retention_receivable')), 0) as owed,
                     coalesce(sum(p.amount_minor) filter (where p.account = 'tax_payable'), 0) as tax
                from ledger_postings p where p.tenant_id = e.tenant_id and p.entry_id = e.id) s
            where e.tenant_id = new.tenant_id and e.invoice_id = new.id and e.fact = 'invoice_issued'
              and (e.legal_entity_id, e.client_id, e.currency, e.booked_on, s.owed, s.tax)
                = (new.legal_entity_id, new.payer_id, new.currency, new.issued_on, new.total_minor, -new.tax_minor)) then
        raise exception 'invoice % is issued and the ledger does not say the same', new.id using errcode = 'PL081';
      end if;
      return null;
    end $$;
    create constraint trigger booked after update of stage on invoices deferrable initially deferred
      for each row when (new.stage = 'issued' and old.stage <> 'issued') execute function app.refuse_unbooked();

    create function app.refuse_early_entries() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select a.invoice_id into wrong
        from added a join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
       where i.stage not in ('issued', 'posted') limit 1;
      if wrong is not null then
        raise exception 'invoice % is booked when it is issued', wrong using errcode = 'PL081';
      end if;
      return null;
    end $$;
    create trigger issued after insert on ledger_entries referencing new table as added
      for each statement execute function app.refuse_early_entries();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.refuse_unbooked, app.refuse_lopsided_entries, app.refuse_early_entries cascade;
    drop table ledger_postings, ledger_entries;
  `);
}
