import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/** Money spent for clients: recharged, or passed on as it was paid in their name. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table work_items drop constraint work_items_kind_check,
      add constraint work_items_kind_check check (kind in ('time', 'fee', 'milestone', 'expense', 'disbursement'));
    alter table evidence drop constraint evidence_kind_check,
      add constraint evidence_kind_check check (kind in ('vat_id_check', 'milestone_acceptance', 'receipt'));
    alter table exceptions drop constraint exceptions_subject_kind_check,
      add constraint exceptions_subject_kind_check
        check (subject_kind in ('work', 'worker_week', 'milestone', 'expense', 'engagement', 'invoice'));

    -- Of both kinds. What it cost the firm is the amount of the work item: paid, less the VAT that comes back.
    create table expenses (
      tenant_id             uuid    not null default app.tenant(),
      id                    uuid    not null,
      version               int     not null,
      worker_id             uuid,
      category              text    not null,
      description           text    not null,
      paid_minor            bigint  not null check (paid_minor > 0),
      recoverable_vat_minor bigint  not null default 0 check (recoverable_vat_minor >= 0 and recoverable_vat_minor < paid_minor),
      -- Into the engagement's currency, with where and when it was found: never looked up again.
      exchange_rate         numeric check (exchange_rate > 0),
      exchange_on           date,
      exchange_source       text,
      receipt_id            uuid,
      primary key (tenant_id, id, version),
      foreign key (tenant_id, id, version) references work_items (tenant_id, id, version),
      foreign key (tenant_id, worker_id) references workers (tenant_id, id),
      foreign key (tenant_id, receipt_id) references evidence (tenant_id, id),
      constraint whole_exchange check (
        (exchange_rate is null) = (exchange_on is null) and (exchange_rate is null) = (exchange_source is null))
    );
    ${isolate("expenses", "select, insert")}

    create function app.refuse_taxed_disbursements() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select a.work_item_id into wrong
        from expenses e
        join added a on a.tenant_id = e.tenant_id and a.work_item_id = e.id and a.work_item_version = e.version
        join work_items w on w.tenant_id = e.tenant_id and w.id = e.id and w.version = e.version
        join invoice_lines l on l.tenant_id = a.tenant_id and l.id = a.line_id
       where w.kind = 'disbursement' and (l.tax_category <> 'O' or l.net_minor <> w.amount_minor or e.receipt_id is null)
       limit 1;
      if wrong is not null then
        raise exception 'disbursement % is passed on as it was paid, with its receipt and without tax', wrong
          using errcode = 'PL066';
      end if;
      return null;
    end $$;
    create trigger passed_on after insert on claims referencing new table as added
      for each statement execute function app.refuse_taxed_disbursements();

    -- EN 16931, BR-O-11: an invoice with work outside the scope of tax has nothing else on it.
    create function app.refuse_mixed_scope() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select invoice_id into wrong from added group by tenant_id, invoice_id, content_version
      having bool_or(category = 'O') and bool_or(category <> 'O') limit 1;
      if wrong is not null then
        raise exception 'invoice % mixes what is outside the scope of tax with what is not', wrong using errcode = 'PL055';
      end if;
      return null;
    end $$;
    create trigger one_scope after insert on tax_determinations referencing new table as added
      for each statement execute function app.refuse_mixed_scope();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.refuse_taxed_disbursements, app.refuse_mixed_scope cascade;
    drop table expenses;
    alter table exceptions drop constraint exceptions_subject_kind_check,
      add constraint exceptions_subject_kind_check
        check (subject_kind in ('work', 'worker_week', 'milestone', 'engagement', 'invoice'));
    alter table evidence drop constraint evidence_kind_check,
      add constraint evidence_kind_check check (kind in ('vat_id_check', 'milestone_acceptance'));
    alter table work_items drop constraint work_items_kind_check,
      add constraint work_items_kind_check check (kind in ('time', 'fee', 'milestone'));
  `);
}
