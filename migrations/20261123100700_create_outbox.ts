import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** Committed facts, the work they lead to, and the audit. PostgreSQL is the queue of record; Redis only hints. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table outbox (
      tenant_id    uuid        not null default app.tenant() references tenants (id),
      id           uuid        not null,
      name         text        not null,
      subject_id   uuid        not null,
      -- Counts the events of one subject from 1; the relay holds a successor until its predecessor is out.
      sequence     int         not null,
      data         jsonb       not null,
      actor_id     uuid        not null default app.actor(),
      occurred_at  timestamptz not null default now(),
      published_at timestamptz,
      primary key (tenant_id, id),
      unique (tenant_id, subject_id, sequence)
    );
    create index outbox_unpublished on outbox (tenant_id, sequence, occurred_at) where published_at is null;
    ${isolate("outbox", "select, insert")}
    ${inOwnName("outbox", "actor_id = (select app.actor()) and occurred_at = now() and published_at is null")}

    create table jobs (
      tenant_id   uuid        not null default app.tenant() references tenants (id),
      event_id    uuid        not null,
      name        text        not null,
      lane        text        not null,
      subject_id  uuid        not null,
      sequence    int         not null,
      state       text        not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
      -- Fences late replies: only the claim that holds the newest generation may record an outcome.
      generation  int         not null default 0,
      attempts    int         not null default 0,
      due_at      timestamptz not null default now(),
      hinted_at   timestamptz,
      lease_until timestamptz,
      failure     text,
      finished_at timestamptz,
      primary key (tenant_id, event_id, name),
      foreign key (tenant_id, event_id) references outbox (tenant_id, id)
    );
    create index jobs_open on jobs (lane, tenant_id, due_at, sequence) where state in ('queued', 'running');
    create index jobs_by_subject on jobs (tenant_id, subject_id, name, sequence) where state in ('queued', 'running');
    create index jobs_hinted on jobs (lane, hinted_at) where state = 'queued' and hinted_at is not null;
    ${isolate("jobs", "select, insert, update")}

    -- The relay has no tenant context and sees headers only: never data, never an actor.
    create policy relay_access on outbox to plumb_relay using (true) with check (true);
    create policy relay_access on jobs to plumb_relay using (true) with check (true);
    grant select (tenant_id, id, name, subject_id, sequence, occurred_at, published_at), update (published_at)
      on outbox to plumb_relay;
    grant select (tenant_id, event_id, name, lane, subject_id, sequence, state, due_at, hinted_at, lease_until, attempts),
      insert (tenant_id, event_id, name, lane, subject_id, sequence), update (hinted_at) on jobs to plumb_relay;

    create table audit_entries (
      tenant_id   uuid        not null default app.tenant() references tenants (id),
      id          uuid        not null,
      actor_id    uuid        not null default app.actor(),
      action      text        not null,
      subject_id  uuid        not null,
      before_hash text,
      after_hash  text,
      bundle_hash text,
      reason      text,
      occurred_at timestamptz not null default now(),
      primary key (tenant_id, id)
    );
    create index audit_by_subject on audit_entries (tenant_id, subject_id);
    ${isolate("audit_entries", "select, insert")}
    ${inOwnName("audit_entries", "actor_id = (select app.actor()) and occurred_at = now()")}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop table audit_entries, jobs, outbox");
}
