import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** Billing runs, invoices and what they take: lines, taxes, claims, approvals, snapshots, documents. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table policy_bundles (
      tenant_id  uuid        not null default app.tenant() references tenants (id),
      id         uuid        not null,
      hash       text        not null,
      packs      jsonb       not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, hash)
    );
    ${isolate("policy_bundles", "select, insert")}

    create table billing_runs (
      tenant_id        uuid        not null default app.tenant() references tenants (id),
      id               uuid        not null,
      period_start     date        not null,
      period_end       date        not null check (period_end > period_start),
      state            text        not null default 'queued'
                       check (state in ('queued', 'running', 'done', 'cancelled', 'failed')),
      cancel_requested boolean     not null default false,
      -- Rates and terms as known at this instant, so that a resumed run prices as the first half did.
      known_at         timestamptz not null default now(),
      bundle_hash      text        not null,
      -- The last client whose drafts are committed: a resumed run goes on behind it.
      done_through     uuid,
      lease_until      timestamptz,
      clients_total    int         not null default 0,
      clients_done     int         not null default 0,
      entries          int         not null default 0,
      drafts           int         not null default 0,
      failure          text,
      started_by       uuid        not null default app.actor(),
      created_at       timestamptz not null default now(),
      finished_at      timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, bundle_hash) references policy_bundles (tenant_id, hash)
    );
    create unique index one_open_run on billing_runs (tenant_id) where state in ('queued', 'running');
    ${isolate("billing_runs", "select, insert, update")}
    ${inOwnName("billing_runs", "started_by = (select app.actor())")}

    create table invoices (
      tenant_id           uuid        not null default app.tenant(),
      id                  uuid        not null,
      kind                text        not null default 'invoice' check (kind in ('invoice')),
      billing_run_id      uuid        not null,
      legal_entity_id     uuid        not null,
      client_id           uuid        not null,
      payer_id            uuid        not null,
      delivery_profile_id uuid        not null,
      engagement_id       uuid,
      project_id          uuid,
      purchase_order_id   uuid,
      currency            text        not null check (currency ~ '^[A-Z]{3}$'),
      period_start        date        not null,
      period_end          date        not null,
      payment_terms_days  int         not null check (payment_terms_days >= 0),
      stage               text        not null default 'draft',
      stage_since         timestamptz not null default now(),
      -- Counts every change of the row; content_version counts what people approve.
      version             int         not null default 1,
      content_version     int         not null default 1,
      -- Rises whenever approvals become void: new content, or sent back by a person.
      approval_round      int         not null default 1,
      content_hash        text        not null,
      minutes             bigint      not null,
      net_minor           bigint      not null,
      tax_minor           bigint      not null,
      total_minor         bigint      not null,
      bundle_hash         text        not null,
      prepared_by         uuid        not null default app.actor(),
      -- Who wrote the present content: set by the guard, and no approver of it.
      content_by          uuid        not null,
      submitted_by        uuid,
      series_id           uuid,
      number              bigint,
      number_text         text,
      issued_on           date,
      due_on              date,
      issued_at           timestamptz,
      created_at          timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, series_id, number),
      unique (tenant_id, legal_entity_id, number_text),
      foreign key (tenant_id, billing_run_id) references billing_runs (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id),
      foreign key (tenant_id, payer_id) references clients (tenant_id, id),
      foreign key (tenant_id, delivery_profile_id) references delivery_profiles (tenant_id, id),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      foreign key (tenant_id, project_id) references projects (tenant_id, id),
      foreign key (tenant_id, purchase_order_id) references purchase_orders (tenant_id, id),
      foreign key (tenant_id, series_id) references number_series (tenant_id, id),
      constraint totals_add_up check (total_minor = net_minor + tax_minor),
      constraint numbered_when_issued check (
        (stage in ('issued', 'posted')) = (number is not null)
        and (number is null) = (series_id is null) and (number is null) = (number_text is null)
        and (number is null) = (issued_on is null) and (number is null) = (issued_at is null))
    );
    create index invoices_by_stage on invoices (tenant_id, stage);
    create index invoices_by_run on invoices (tenant_id, billing_run_id);
    create index invoices_by_order on invoices (tenant_id, purchase_order_id) where purchase_order_id is not null;
    ${isolate("invoices", "select, insert, update")}

    -- Insert-only: a revised invoice gets new lines under a new content version.
    create table invoice_lines (
      tenant_id       uuid   not null default app.tenant(),
      id              uuid   not null,
      invoice_id      uuid   not null,
      content_version int    not null,
      position        int    not null check (position >= 1),
      project_id      uuid   not null,
      description     text   not null,
      minutes         bigint not null,
      price_minor     bigint not null,
      -- The minutes that the price buys: 60 is an hourly rate.
      price_base      int    not null check (price_base > 0),
      net_minor       bigint not null,
      tax_category    text   not null,
      tax_bp          int    not null,
      rate_id         uuid   not null,
      because         text   not null,
      primary key (tenant_id, id),
      unique (tenant_id, invoice_id, content_version, position),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, project_id) references projects (tenant_id, id),
      foreign key (tenant_id, rate_id) references rates (tenant_id, id)
    );
    ${isolate("invoice_lines", "select, insert")}

    create table tax_determinations (
      tenant_id       uuid   not null default app.tenant(),
      id              uuid   not null,
      invoice_id      uuid   not null,
      content_version int    not null,
      category        text   not null,
      basis_points    int    not null,
      base_minor      bigint not null,
      tax_minor       bigint not null,
      because         text   not null,
      evidence_id     uuid,
      primary key (tenant_id, id),
      unique (tenant_id, invoice_id, content_version, category, basis_points),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, evidence_id) references evidence (tenant_id, id)
    );
    ${isolate("tax_determinations", "select, insert")}

    -- Who took a work item, or why nobody will: exactly one active row per share. A line takes it, or an outcome does.
    -- Sources are never updated to mark them billed.
    create table claims (
      tenant_id         uuid        not null default app.tenant(),
      id                uuid        not null,
      work_item_id      uuid        not null,
      work_item_version int         not null,
      -- Caps, orders and payers may divide an item; an undivided one is share 0.
      share             smallint    not null default 0,
      -- Source minutes, which is what conservation counts; billed_minutes is what the line's increments made of them.
      minutes           int         not null check (minutes > 0),
      billed_minutes    int         not null default 0 check (billed_minutes >= 0),
      line_id           uuid,
      outcome           text        check (outcome in ('covered', 'no_charge', 'written_off')),
      reason            text,
      billing_run_id    uuid        not null,
      released_at       timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, work_item_id, work_item_version) references work_items (tenant_id, id, version),
      foreign key (tenant_id, line_id) references invoice_lines (tenant_id, id),
      constraint line_or_outcome check ((line_id is null) = (outcome is not null) and (outcome is null) = (reason is null))
    );
    create unique index one_active_claim on claims (tenant_id, work_item_id, share) where released_at is null;
    create index claims_by_line on claims (tenant_id, line_id) where line_id is not null;
    ${isolate("claims", "select, insert, update")}

    create table approvals (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      invoice_id      uuid        not null,
      approval_round  int         not null,
      content_hash    text        not null,
      step            text        not null check (step in ('manager', 'finance')),
      actor_id        uuid        not null default app.actor(),
      decided_at      timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, invoice_id, approval_round, step),
      -- One person appears once, whatever roles they hold.
      unique (tenant_id, invoice_id, approval_round, actor_id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, actor_id) references memberships (tenant_id, id)
    );
    ${isolate("approvals", "select, insert")}

    create table invoice_snapshots (
      tenant_id  uuid        not null default app.tenant(),
      invoice_id uuid        not null,
      -- The exact text that was hashed; every document is made from it.
      snapshot   text        not null,
      hash       text        not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, invoice_id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
    );
    ${isolate("invoice_snapshots", "select, insert")}

    create table documents (
      tenant_id   uuid        not null default app.tenant(),
      id          uuid        not null,
      invoice_id  uuid        not null,
      format      text        not null check (format in ('pdf', 'html')),
      hash        text        not null,
      bytes       int         not null check (bytes > 0),
      storage_key text        not null,
      created_at  timestamptz not null default now(),
      primary key (tenant_id, id),
      -- Rendered once: a second rendering of the same format is refused, not stored beside.
      unique (tenant_id, invoice_id, format),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
    );
    ${isolate("documents", "select, insert")}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table documents, invoice_snapshots, approvals, claims, tax_determinations, invoice_lines, invoices,
      billing_runs, policy_bundles;
  `);
}
