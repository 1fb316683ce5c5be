import type { Knex } from "knex";

/** What a credit note gives becomes the client's credit, beside what it paid: one kind of credit for invoices to take. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table payments
      -- Where the credit comes from when no money came in.
      add column credit_note_id uuid,
      add foreign key (tenant_id, credit_note_id) references invoices (tenant_id, id);
    create index payments_by_credit_note on payments (tenant_id, credit_note_id) where credit_note_id is not null;

    alter table ledger_entries
      drop constraint ledger_entries_fact_check,
      add constraint ledger_entries_fact_check check (fact in
        ('invoice_issued', 'payment_received', 'credit_released', 'payment_applied', 'application_reversed',
         'credit_refunded', 'debt_written_off')),
      drop constraint names_its_subjects,
      add constraint names_its_subjects check (
        (payment_id is null) = (fact in ('invoice_issued', 'debt_written_off'))
        and (invoice_id is null) = (fact in ('payment_received', 'credit_refunded'))
        and (reverses is null) = (fact <> 'application_reversed')
        and (reason is not null or fact in ('invoice_issued', 'payment_received', 'credit_released', 'payment_applied')));
    drop index received_once;
    create unique index received_once on ledger_entries (tenant_id, payment_id)
      where fact in ('payment_received', 'credit_released');
  `);
  await knex.raw(refuseOverdrawn(creditNotesOnly));
  await knex.raw(refuseUnbookedCash(sourceOfCredit));
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(refuseOverdrawn(""));
  await knex.raw(refuseUnbookedCash("e.fact = 'payment_received' and p.account = 'cash'"));
  await knex.raw(`
    drop index received_once;
    create unique index received_once on ledger_entries (tenant_id, payment_id) where fact = 'payment_received';
    alter table ledger_entries
      drop constraint ledger_entries_fact_check,
      add constraint ledger_entries_fact_check check (fact in
        ('invoice_issued', 'payment_received', 'payment_applied', 'application_reversed', 'credit_refunded', 'debt_written_off')),
      drop constraint names_its_subjects,
      add constraint names_its_subjects check (
        (payment_id is null) = (fact in ('invoice_issued', 'debt_written_off'))
        and (invoice_id is null) = (fact in ('payment_received', 'credit_refunded'))
        and (reverses is null) = (fact <> 'application_reversed')
        and (reason is not null or fact in ('invoice_issued', 'payment_received', 'payment_applied')));
    alter table payments drop column credit_note_id;
  `);
}

/** A credit note gives what it is worth and never asks for money; an invoice asks and never gives. */
const creditNotesOnly = `
        if exists (select 1 from invoices i
                    where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.total_minor < 0) then
          if owed > 0 then
            raise exception 'credit note % gives more than it is worth', new.invoice_id using errcode = 'PL180';
          end if;
          owed := 0;
        end if;`;

const sourceOfCredit = `(e.fact, p.account) = (case when new.credit_note_id is null then 'payment_received' else 'credit_released' end,
                                case when new.credit_note_id is null then 'cash' else 'receivable' end)
           and e.invoice_id is not distinct from new.credit_note_id`;

const refuseOverdrawn = (before: string) => `
    create or replace function app.refuse_overdrawn() returns trigger language plpgsql as $$
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
         where e.tenant_id = new.tenant_id and e.invoice_id = new.invoice_id and p.account = 'receivable';${before}
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
    end $$;`;

const refuseUnbookedCash = (received: string) => `
    create or replace function app.refuse_unbooked_cash() returns trigger language plpgsql as $$
    declare
      said boolean;
    begin
      if tg_table_name = 'payments' then
        select true into said from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.payment_id = new.id and p.amount_minor = new.amount_minor
           and ${received};
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
    end $$;`;
