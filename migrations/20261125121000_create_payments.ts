import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** Money that clients pay, what invoices take of it, and what is given back or given up. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table payments (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      legal_entity_id uuid        not null,
      client_id       uuid        not null,
      currency        text        not null check (currency ~ '^[A-Z]{3}$'),
      amount_minor    bigint      not null check (amount_minor > 0),
      received_on     date        not null,
      -- What the bank or the client calls it.
      reference       text        not null,
      recorded_by     uuid        not null default app.actor(),
      recorded_at     timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id)
    );
    create index payments_by_client on payments (tenant_id, client_id, id);
    ${isolate("payments", "select, insert")}
    ${inOwnName("payments", "recorded_by = (select app.actor()) and recorded_at = now()")}

    alter table ledger_entries
      add column payment_id uuid,
      add column reverses uuid,
      add column reason text,
      add foreign key (tenant_id, payment_id) references payments (tenant_id, id),
      add foreign key (tenant_id, reverses) references ledger_entries (tenant_id, id),
      drop constraint ledger_entries_fact_check,
      add constraint ledger_entries_fact_check check (fact in
        ('invoice_issued', 'payment_received', 'payment_applied', 'application_reversed', 'credit_refunded', 'debt_written_off')),
      add constraint names_its_subjects check (
        (payment_id is null) = (fact in ('invoice_issued', 'debt_written_off'))
        and (invoice_id is null) = (fact in ('payment_received', 'credit_refunded'))
        and (reverses is null) = (fact <> 'application_reversed')
        and (reason is not null or fact in ('invoice_issued', 'payment_received', 'payment_applied')));
    create unique index reversed_once on ledger_entries (tenant_id, reverses) where reverses is not null;
    create unique index received_once on ledger_entries (tenant_id, payment_id) where fact = 'payment_received';
    create index ledger_by_payment on ledger_entries (tenant_id, payment_id) where payment_id is not null;

    create table payment_applications (
      tenant_id      uuid   not null default app.tenant(),
      id             uuid   not null,
      payment_id     uuid   not null,
      invoice_id     uuid   not null,
      amount_minor   bigint not null check (amount_minor > 0),
      residual_kind  text   check (residual_kind in
                     ('bank_fee', 'withholding_tax', 'discount_taken', 'disputed', 'write_off_pending')),
      residual_minor bigint check (residual_minor > 0),
      -- Undone when an entry reverses this one.
      entry_id       uuid   not null,
      primary key (tenant_id, id),
      unique (tenant_id, entry_id),
      foreign key (tenant_id, payment_id) references payments (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, entry_id) references ledger_entries (tenant_id, id),
      constraint residual_is_whole check ((residual_kind is null) = (residual_minor is null))
    );
    create index applications_by_payment on payment_applications (tenant_id, payment_id);
    create index applications_by_invoice on payment_applications (tenant_id, invoice_id);
    ${isolate("payment_applications", "select, insert")}

    -- At commit and one after another per client, so that two who apply at once cannot take the same money or the same debt.
    create function app.refuse_overdrawn() returns trigger language plpgsql as $$
    declare
      owed     numeric;
      unspent  numeric;
      mirrored boolean;
    begin
      perform 1 from clients c where c.tenant_id = new.tenant_id and c.id = new.client_id for no key update;
      if (select count(*) from ledger_postings p where p.tenant_id = new.tenant_id and p.entry_id = new.id) < 2 then
        raise exception 'ledger entry % says nothing', new.id using errcode = 'PL082';
      end if;
      if new.invoice_id is not null then
        select sum(p.amount_minor) into owed
          from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.invoice_id = new.invoice_id and p.account = 'receivable';
        if owed is null or owed < 0 or not exists (
             select 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id
                and (i.legal_entity_id, i.payer_id, i.currency) = (new.legal_entity_id, new.client_id, new.currency)) then
          raise exception 'invoice % is paid more than it owes, or by somebody else', new.invoice_id using errcode = 'PL083';
        end if;
      end if;
      if new.payment_id is not null then
        select -sum(p.amount_minor) into unspent
          from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.payment_id = new.payment_id and p.account = 'unapplied_cash';
        if unspent is null or unspent < 0 or not exists (
             select 1 from payments y where y.tenant_id = new.tenant_id and y.id = new.payment_id
                and (y.legal_entity_id, y.client_id, y.currency) = (new.legal_entity_id, new.client_id, new.currency)) then
          raise exception 'payment % is spent beyond what it is', new.payment_id using errcode = 'PL083';
        end if;
      end if;
      if new.reverses is not null then
        select count(*) = 0 into mirrored from (
          select p.account from ledger_postings p
           where p.tenant_id = new.tenant_id and p.entry_id in (new.id, new.reverses)
           group by p.account having sum(p.amount_minor) <> 0) unequal;
        if not mirrored or not exists (
             select 1 from ledger_entries o where o.tenant_id = new.tenant_id and o.id = new.reverses
                and (o.fact, o.payment_id, o.invoice_id) = ('payment_applied', new.payment_id, new.invoice_id)) then
          raise exception 'ledger entry % does not undo what it names', new.id using errcode = 'PL084';
        end if;
      end if;
      return null;
    end $$;
    create constraint trigger covered after insert on ledger_entries deferrable initially deferred
      for each row when (new.fact <> 'invoice_issued') execute function app.refuse_overdrawn();

    -- At commit: what was paid and what was applied is in the ledger, to the cent.
    create function app.refuse_unbooked_cash() returns trigger language plpgsql as $$
    declare
      said boolean;
    begin
      if tg_table_name = 'payments' then
        select true into said from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.payment_id = new.id and e.fact = 'payment_received'
           and p.account = 'cash' and p.amount_minor = new.amount_minor;
      else
        select true into said from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.id = new.entry_id and e.fact = 'payment_applied'
           and (e.payment_id, e.invoice_id) = (new.payment_id, new.invoice_id)
           and p.account = 'unapplied_cash' and p.amount_minor = new.amount_minor;
      end if;
      if said is not true then
        raise exception '% % is not in the ledger as it is', tg_table_name, new.id using errcode = 'PL085';
      end if;
      return null;
    end $$;
    create constraint trigger booked after insert on payments deferrable initially deferred
      for each row execute function app.refuse_unbooked_cash();
    create constraint trigger booked after insert on payment_applications deferrable initially deferred
      for each row execute function app.refuse_unbooked_cash();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table payment_applications;
    drop function app.refuse_overdrawn cascade;
    alter table ledger_entries drop constraint names_its_subjects, drop constraint ledger_entries_fact_check,
      drop column payment_id, drop column reverses, drop column reason,
      add constraint ledger_entries_fact_check check (fact in ('invoice_issued'));
    drop table payments;
    drop function app.refuse_unbooked_cash;
  `);
}
