import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/** What policy ruled, and what needs an owner because of it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table policy_decisions (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      invoice_id      uuid        not null,
      content_version int         not null,
      bundle_hash     text        not null,
      facts           jsonb       not null,
      rulings         jsonb       not null,
      decided_at      timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, bundle_hash) references policy_bundles (tenant_id, hash)
    );
    create index decisions_by_invoice on policy_decisions (tenant_id, invoice_id);
    ${isolate("policy_decisions", "select, insert")}

    create table exceptions (
      tenant_id      uuid        not null default app.tenant() references tenants (id),
      id             uuid        not null,
      billing_run_id uuid        not null,
      -- The rule that ruled, or the engine's own code; with the subject it tells one cause from another.
      code           text        not null,
      lane           text        not null check (lane in ('business', 'technical')),
      severity       text        not null check (severity in ('block', 'warn', 'inform')),
      state          text        not null default 'open' check (state in ('open', 'resolved')),
      owner          text        not null,
      subject_kind   text        not null check (subject_kind in ('work', 'worker_week', 'engagement', 'invoice')),
      subject_id     uuid        not null,
      fingerprint    text        not null,
      invoice_id     uuid,
      message        text        not null,
      entries        int         not null default 0,
      minutes        bigint      not null default 0,
      -- Value at the rates in force; unknown for work without a rate.
      amount_minor   bigint,
      currency       text        not null check (currency ~ '^[A-Z]{3}$'),
      opened_at      timestamptz not null default now(),
      closed_at      timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, billing_run_id) references billing_runs (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      check ((state = 'open') = (closed_at is null))
    );
    create unique index one_open_exception on exceptions (tenant_id, fingerprint) where state = 'open';
    create index exceptions_by_invoice on exceptions (tenant_id, invoice_id) where invoice_id is not null;
    ${isolate("exceptions", "select, insert, update")}

    -- Which work an open, blocking exception holds back.
    create table exception_items (
      tenant_id         uuid not null default app.tenant(),
      exception_id      uuid not null,
      work_item_id      uuid not null,
      work_item_version int  not null,
      amount_minor      bigint,
      primary key (tenant_id, exception_id, work_item_id, work_item_version),
      foreign key (tenant_id, exception_id) references exceptions (tenant_id, id),
      foreign key (tenant_id, work_item_id, work_item_version) references work_items (tenant_id, id, version)
    );
    create index exceptions_by_item on exception_items (tenant_id, work_item_id);
    ${isolate("exception_items", "select, insert, update")}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop table exception_items, exceptions, policy_decisions");
}
