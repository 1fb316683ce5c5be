import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/** Who is billed, under which terms, and the people and prices behind the work. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table clients (
      tenant_id     uuid    not null default app.tenant() references tenants (id),
      id            uuid    not null,
      name          text    not null,
      legal_name    text,
      country       text    check (country ~ '^[A-Z]{2}$'),
      address       text[]  not null default '{}',
      tax_id        text,
      is_business   boolean not null default true,
      invoice_email text,
      po_required   boolean,
      primary key (tenant_id, id)
    );
    ${isolate("clients", "select, insert, update")}

    create table delivery_profiles (
      tenant_id uuid    not null default app.tenant(),
      id        uuid    not null,
      client_id uuid    not null,
      name      text    not null,
      grouping  text    not null check (grouping in ('client', 'engagement', 'project')),
      language  text    not null,
      annex     boolean not null default true,
      primary key (tenant_id, id),
      unique (tenant_id, client_id, name),
      foreign key (tenant_id, client_id) references clients (tenant_id, id)
    );
    ${isolate("delivery_profiles", "select, insert, update")}

    create table rate_cards (
      tenant_id  uuid    not null default app.tenant() references tenants (id),
      id         uuid    not null,
      key        text    not null,
      currency   text    not null check (currency ~ '^[A-Z]{3}$'),
      is_default boolean not null default false,
      primary key (tenant_id, id),
      unique (tenant_id, key)
    );
    create unique index one_default_card on rate_cards (tenant_id, currency) where is_default;
    ${isolate("rate_cards", "select, insert, update")}

    create table engagements (
      tenant_id           uuid not null default app.tenant(),
      id                  uuid not null,
      code                text not null,
      name                text not null,
      legal_entity_id     uuid not null,
      client_id           uuid not null,
      payer_id            uuid not null,
      delivery_profile_id uuid not null,
      rate_card_id        uuid,
      org_unit_id         uuid,
      currency            text not null check (currency ~ '^[A-Z]{3}$'),
      approver_id         uuid,
      primary key (tenant_id, id),
      unique (tenant_id, code),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id),
      foreign key (tenant_id, payer_id) references clients (tenant_id, id),
      foreign key (tenant_id, delivery_profile_id) references delivery_profiles (tenant_id, id),
      foreign key (tenant_id, rate_card_id) references rate_cards (tenant_id, id),
      foreign key (tenant_id, org_unit_id) references org_units (tenant_id, id),
      foreign key (tenant_id, approver_id) references memberships (tenant_id, id)
    );
    ${isolate("engagements", "select, insert, update")}

    -- Terms are a new row when they change, so an old invoice can always be recomputed from what was agreed then.
    create table engagement_terms (
      tenant_id      uuid        not null default app.tenant(),
      id             uuid        not null,
      engagement_id  uuid        not null,
      effective_from date        not null,
      known_from     timestamptz not null default now(),
      known_to       timestamptz,
      terms          jsonb       not null,
      primary key (tenant_id, id),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id)
    );
    create unique index one_known_terms on engagement_terms (tenant_id, engagement_id, effective_from) where known_to is null;
    ${isolate("engagement_terms", "select, insert")}
    grant update (known_to) on engagement_terms to plumb_app;

    create table purchase_orders (
      tenant_id     uuid   not null default app.tenant(),
      id            uuid   not null,
      engagement_id uuid   not null,
      number        text   not null,
      currency      text   not null check (currency ~ '^[A-Z]{3}$'),
      amount_minor  bigint not null check (amount_minor > 0),
      valid_from    date   not null,
      valid_to      date,
      primary key (tenant_id, id),
      unique (tenant_id, engagement_id, number),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id)
    );
    ${isolate("purchase_orders", "select, insert, update")}

    create table projects (
      tenant_id     uuid    not null default app.tenant(),
      id            uuid    not null,
      engagement_id uuid    not null,
      name          text    not null,
      billable      boolean not null default true,
      active        boolean not null default true,
      starts_on     date,
      ends_on       date,
      primary key (tenant_id, id),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id)
    );
    create index projects_by_engagement on projects (tenant_id, engagement_id);
    ${isolate("projects", "select, insert, update")}

    create table workers (
      tenant_id uuid not null default app.tenant() references tenants (id),
      id        uuid not null,
      name      text not null,
      email     text,
      primary key (tenant_id, id)
    );
    ${isolate("workers", "select, insert, update")}

    create table worker_grades (
      tenant_id      uuid not null default app.tenant(),
      id             uuid not null,
      worker_id      uuid not null,
      role           text not null,
      effective_from date not null,
      primary key (tenant_id, id),
      unique (tenant_id, worker_id, effective_from),
      foreign key (tenant_id, worker_id) references workers (tenant_id, id)
    );
    ${isolate("worker_grades", "select, insert, update")}

    -- Bitemporal: effective dates say when a price holds, known dates say when we knew it. A correction closes the
    -- known period of the old row and adds a new one.
    create table rates (
      tenant_id      uuid        not null default app.tenant(),
      id             uuid        not null,
      rate_card_id   uuid        not null,
      client_id      uuid,
      project_id     uuid,
      worker_id      uuid,
      role           text,
      task           text,
      price_minor    bigint      not null check (price_minor > 0),
      effective_from date        not null,
      effective_to   date        check (effective_to > effective_from),
      known_from     timestamptz not null default now(),
      known_to       timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, rate_card_id) references rate_cards (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id),
      foreign key (tenant_id, project_id) references projects (tenant_id, id),
      foreign key (tenant_id, worker_id) references workers (tenant_id, id),
      -- One of the five levels of product terms, most specific first; domain/rating/rate-level.ts names them.
      constraint known_level check (
        (client_id is not null and project_id is not null and worker_id is not null and task is not null and role is null)
        or (client_id is null and project_id is not null and worker_id is null and task is null and role is not null)
        or (client_id is not null and project_id is null and worker_id is null and task is null and role is not null)
        or (client_id is null and project_id is null and worker_id is null and task is null and role is not null))
    );
    create unique index one_known_rate on rates
      (tenant_id, rate_card_id, client_id, project_id, worker_id, role, task, effective_from)
      nulls not distinct where known_to is null;
    ${isolate("rates", "select, insert")}
    grant update (known_to) on rates to plumb_app;

    -- What proves a fact: a VAT-id check now, receipts and acceptances later.
    create table evidence (
      tenant_id   uuid        not null default app.tenant() references tenants (id),
      id          uuid        not null,
      kind        text        not null check (kind in ('vat_id_check')),
      subject_id  uuid        not null,
      facts       jsonb       not null,
      hash        text        not null,
      recorded_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, subject_id, hash)
    );
    ${isolate("evidence", "select, insert")}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table evidence, rates, worker_grades, workers, projects, purchase_orders, engagement_terms, engagements,
      rate_cards, delivery_profiles, clients;
  `);
}
