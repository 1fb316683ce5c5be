import type { Knex } from "knex";
import { allowValues, forbidValues, treatLike, treatNoMore } from "./isolation/allow-values.ts";
import { isolate } from "./isolation/isolate.ts";

/** What recurs: subscriptions, the pieces of work their periods become, and money that is billed before it is earned. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What is charged period by period. A change is a new version; what was agreed before stays readable.
    create table recurring_agreements (
      tenant_id     uuid        not null default app.tenant(),
      id            uuid        not null,
      version       int         not null check (version >= 1),
      kind          text        not null check (kind in ('subscription')),
      engagement_id uuid        not null,
      project_id    uuid,
      terms         jsonb       not null,
      current       boolean     not null default true,
      recorded_at   timestamptz not null default now(),
      primary key (tenant_id, id, version),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      foreign key (tenant_id, project_id) references projects (tenant_id, id)
    );
    create unique index one_current_agreement on recurring_agreements (tenant_id, id) where current;
    ${isolate("recurring_agreements", "select, insert")}
    grant update (current) on recurring_agreements to plumb_app;

    -- A version gives way to its successor only, or what recurs would stop without a word.
    create function app.refuse_vanished_agreements() returns trigger language plpgsql as $$
    begin
      if new.current and not old.current or not exists (
           select 1 from recurring_agreements a
            where a.tenant_id = new.tenant_id and a.id = new.id and a.version = new.version + 1) then
        raise exception 'recurring agreement % has no version after %', new.id, new.version using errcode = 'PL130';
      end if;
      return null;
    end $$;
    create constraint trigger succeeded after update of current on recurring_agreements deferrable initially deferred
      for each row when (old.current is distinct from new.current) execute function app.refuse_vanished_agreements();

    ${allowValues("work_items", "kind", ["subscription"])}
    -- A part of a period. The key says which, so that it is made once however often a run looks.
    create table recurring_pieces (
      tenant_id         uuid  not null default app.tenant(),
      id                uuid  not null,
      version           int   not null,
      agreement_id      uuid  not null,
      agreement_version int   not null,
      key               text  not null,
      detail            jsonb not null,
      primary key (tenant_id, id, version),
      unique (tenant_id, agreement_id, key, version),
      foreign key (tenant_id, id, version) references work_items (tenant_id, id, version),
      foreign key (tenant_id, agreement_id, agreement_version) references recurring_agreements (tenant_id, id, version)
    );
    ${isolate("recurring_pieces", "select, insert")}

    alter table invoice_lines
      -- The days over which it is earned, when it is billed before; until is the first day after them.
      add column earned_from date,
      add column earned_until date,
      add constraint earned_over_days check ((earned_from is null) = (earned_until is null) and earned_from < earned_until);

    ${allowValues("ledger_postings", "account", ["deferred_revenue"])}
    ${allowValues("ledger_entries", "fact", ["revenue_released"])}
    ${treatLike("ledger_entries", "names_its_subjects", { value: "revenue_released", like: "invoice_issued" })}
    create index ledger_deferred on ledger_postings (tenant_id, entry_id) where account = 'deferred_revenue';

    -- Which month of an invoice was released, once.
    create table revenue_releases (
      tenant_id  uuid not null default app.tenant(),
      invoice_id uuid not null,
      -- Its first day.
      month      date not null check (extract(day from month) = 1),
      entry_id   uuid not null,
      primary key (tenant_id, invoice_id, month),
      unique (tenant_id, entry_id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, entry_id) references ledger_entries (tenant_id, id)
    );
    ${isolate("revenue_releases", "select, insert")}

    create function app.refuse_overreleased() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select e.invoice_id into wrong
        from (select distinct x.tenant_id, x.invoice_id
                from added a join ledger_entries x on x.tenant_id = a.tenant_id and x.id = a.entry_id
               where a.account = 'deferred_revenue' and a.amount_minor > 0) m
        join ledger_entries e on e.tenant_id = m.tenant_id and e.invoice_id = m.invoice_id
        join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'deferred_revenue'
       group by e.invoice_id having sum(p.amount_minor) > 0 limit 1;
      if wrong is not null then
        raise exception 'more is earned of invoice % than was deferred', wrong using errcode = 'PL131';
      end if;
      return null;
    end $$;
    create trigger released after insert on ledger_postings referencing new table as added
      for each statement execute function app.refuse_overreleased();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.refuse_overreleased, app.refuse_vanished_agreements cascade;
    drop table revenue_releases, recurring_pieces, recurring_agreements;
    drop index ledger_deferred;
    alter table invoice_lines drop column earned_until, drop column earned_from;
    ${treatNoMore("ledger_entries", "names_its_subjects", "revenue_released")}
    ${forbidValues("ledger_entries", "fact", ["revenue_released"])}
    ${forbidValues("ledger_postings", "account", ["deferred_revenue"])}
    ${forbidValues("work_items", "kind", ["subscription"])}
  `);
}
