import type { Knex } from "knex";
import { allowValues, forbidValues, treatLike, treatNoMore } from "./isolation/allow-values.ts";

/** Retainers: money that a client pays ahead for an engagement. It is a liability of its own until an invoice takes it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table payments
      -- What it was paid ahead for; absent when it is the client's to spend on any invoice.
      add column engagement_id uuid,
      add foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      add constraint retainer_is_money check (engagement_id is null or credit_note_id is null);
    create index payments_by_engagement on payments (tenant_id, engagement_id, received_on) where engagement_id is not null;

    ${allowValues("ledger_entries", "fact", ["retainer_earned"])}
    ${treatLike("ledger_entries", "names_its_subjects", { value: "retainer_earned", like: "credit_refunded" })}
    ${allowValues("ledger_postings", "account", ["retainer_liability"])}

    -- At commit: a retainer stands on its own account and no other money does, and only its engagement's invoices take it.
    create function app.guard_retainers() returns trigger language plpgsql as $$
    declare
      paid payments;
    begin
      select * into paid from payments y where y.tenant_id = new.tenant_id and y.id = new.payment_id;
      if exists (select 1 from ledger_postings p
                  where p.tenant_id = new.tenant_id and p.entry_id = new.id
                    and p.account = case when paid.engagement_id is null then 'retainer_liability' else 'unapplied_cash' end) then
        raise exception 'ledger entry % mixes a retainer with other money', new.id using errcode = 'PL144';
      end if;
      if paid.engagement_id is not null and new.invoice_id is not null and not exists (
           select 1 from invoices i
             join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
            where i.tenant_id = new.tenant_id and i.id = new.invoice_id and l.engagement_id = paid.engagement_id) then
        raise exception 'invoice % bills nothing of what retainer % is for', new.invoice_id, paid.id using errcode = 'PL145';
      end if;
      return null;
    end $$;
    create constraint trigger retained after insert on ledger_entries deferrable initially deferred
      for each row when (new.payment_id is not null) execute function app.guard_retainers();
  `);
  await knex.raw(refuseOverdrawn("'unapplied_cash', 'retainer_liability'"));
  await knex.raw(refuseUnbookedCash("'unapplied_cash', 'retainer_liability'"));
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(refuseOverdrawn("'unapplied_cash'"));
  await knex.raw(refuseUnbookedCash("'unapplied_cash'"));
  await knex.raw(`
    drop function app.guard_retainers cascade;
    ${forbidValues("ledger_postings", "account", ["retainer_liability"])}
    ${treatNoMore("ledger_entries", "names_its_subjects", "retainer_earned")}
    ${forbidValues("ledger_entries", "fact", ["retainer_earned"])}
    alter table payments drop column engagement_id;
  `);
}

const refuseOverdrawn = (held: string) => `
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
         where e.tenant_id = new.tenant_id and e.invoice_id = new.invoice_id and p.account = 'receivable';
        if exists (select 1 from invoices i
                    where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.total_minor < 0) then
          if owed > 0 then
            raise exception 'credit note % gives more than it is worth', new.invoice_id using errcode = 'PL180';
          end if;
          owed := 0;
        end if;
        if owed is null or owed < 0 or not exists (
             select 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id
                and (i.legal_entity_id, i.payer_id, i.currency) = (new.legal_entity_id, new.client_id, new.currency)) then
          raise exception 'invoice % is paid more than it owes, or by somebody else', new.invoice_id using errcode = 'PL083';
        end if;
      end if;
      if new.payment_id is not null then
        select -sum(p.amount_minor) into unspent
          from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.payment_id = new.payment_id and p.account in (${held});
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

const refuseUnbookedCash = (held: string) => `
    create or replace function app.refuse_unbooked_cash() returns trigger language plpgsql as $$
    declare
      said boolean;
    begin
      if tg_table_name = 'payments' then
        select true into said from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.payment_id = new.id and p.amount_minor = new.amount_minor
           and (e.fact, p.account) = (case when new.credit_note_id is null then 'payment_received' else 'credit_released' end,
                                      case when new.credit_note_id is null then 'cash' else 'receivable' end)
           and e.invoice_id is not distinct from new.credit_note_id;
      else
        select true into said from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.id = new.entry_id and e.fact = 'payment_applied'
           and (e.payment_id, e.invoice_id) = (new.payment_id, new.invoice_id)
           and p.account in (${held}) and p.amount_minor = new.amount_minor;
      end if;
      if said is not true then
        raise exception '% % is not in the ledger as it is', tg_table_name, new.id using errcode = 'PL085';
      end if;
      return null;
    end $$;`;
