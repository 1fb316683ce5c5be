import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** Billable facts, versioned, and how they came in. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Every kind of work is a row here with its detail beside it, so that claims have one target.
    create table work_items (
      tenant_id     uuid        not null default app.tenant(),
      id            uuid        not null,
      version       int         not null default 1 check (version >= 1),
      kind          text        not null check (kind in ('time')),
      engagement_id uuid        not null,
      project_id    uuid        not null,
      worked_on     date        not null,
      minutes       int         not null check (minutes > 0),
      status        text        not null check (status in ('submitted', 'approved', 'rejected')),
      -- A later version turns this off; nothing else about a version's content ever changes.
      current       boolean     not null default true,
      recorded_at   timestamptz not null default now(),
      primary key (tenant_id, id, version),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      foreign key (tenant_id, project_id) references projects (tenant_id, id)
    );
    create unique index one_current_version on work_items (tenant_id, id) where current;
    create index work_by_engagement on work_items (tenant_id, engagement_id, worked_on) where current;
    ${isolate("work_items", "select, insert, update")}

    create table time_entries (
      tenant_id      uuid not null default app.tenant(),
      id             uuid not null,
      version        int  not null,
      worker_id      uuid not null,
      role           text,
      task           text,
      narrative      text not null default '',
      -- Minutes after local midnight, when the source records when and not only how long.
      started_minute int  check (started_minute between 0 and 1439),
      primary key (tenant_id, id, version),
      foreign key (tenant_id, id, version) references work_items (tenant_id, id, version),
      foreign key (tenant_id, worker_id) references workers (tenant_id, id)
    );
    ${isolate("time_entries", "select, insert")}

    create function app.keep_versions_as_recorded() returns trigger language plpgsql as $$
    begin
      if (new.tenant_id, new.id, new.version, new.kind, new.engagement_id, new.project_id, new.worked_on, new.minutes, new.recorded_at)
         is distinct from
         (old.tenant_id, old.id, old.version, old.kind, old.engagement_id, old.project_id, old.worked_on, old.minutes, old.recorded_at)
         or (new.current and not old.current) or (new.status <> old.status and old.status <> 'submitted') then
        raise exception 'work item % version % is recorded; add a version instead', old.id, old.version
          using errcode = 'PL021';
      end if;
      return new;
    end $$;
    create trigger keep_as_recorded before update on work_items
      for each row execute function app.keep_versions_as_recorded();

    -- A version gives way to its successor only, or its minutes would be in no bucket.
    create function app.refuse_vanished_work() returns trigger language plpgsql as $$
    begin
      if not exists (select 1 from work_items w
                     where w.tenant_id = new.tenant_id and w.id = new.id and w.version = new.version + 1) then
        raise exception 'work item % has no version after %', new.id, new.version using errcode = 'PL023';
      end if;
      return null;
    end $$;
    create constraint trigger succeeded after update of current on work_items deferrable initially deferred
      for each row when (old.current and not new.current) execute function app.refuse_vanished_work();

    -- Which row of which source became which record; the hash tells an unchanged row from an edited one.
    create table external_refs (
      tenant_id    uuid not null default app.tenant() references tenants (id),
      system       text not null,
      kind         text not null,
      external_id  text not null,
      subject_id   uuid not null,
      version_hash text not null,
      import_id    uuid not null,
      primary key (tenant_id, system, kind, external_id)
    );
    ${isolate("external_refs", "select, insert, update")}

    create table imports (
      tenant_id        uuid        not null default app.tenant() references tenants (id),
      id               uuid        not null,
      system           text        not null,
      kind             text        not null,
      file_name        text        not null,
      state            text        not null default 'running' check (state in ('running', 'done', 'failed')),
      rows_read        int         not null default 0,
      rows_added       int         not null default 0,
      rows_changed     int         not null default 0,
      rows_unchanged   int         not null default 0,
      rows_quarantined int         not null default 0,
      started_by       uuid        not null default app.actor(),
      started_at       timestamptz not null default now(),
      finished_at      timestamptz,
      primary key (tenant_id, id),
      check (state <> 'done' or rows_read = rows_added + rows_changed + rows_unchanged + rows_quarantined)
    );
    ${isolate("imports", "select, insert, update")}
    ${inOwnName("imports", "started_by = (select app.actor())")}

    create table quarantined_rows (
      tenant_id uuid not null default app.tenant(),
      id        uuid not null,
      import_id uuid not null,
      line      int  not null,
      -- The row as read, by column; cut to a bounded size, for a person to correct.
      fields    jsonb not null,
      issues    jsonb not null,
      state     text not null default 'open' check (state in ('open', 'corrected', 'dropped')),
      primary key (tenant_id, id),
      unique (tenant_id, import_id, line),
      foreign key (tenant_id, import_id) references imports (tenant_id, id)
    );
    ${isolate("quarantined_rows", "select, insert, update")}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table quarantined_rows, imports, external_refs, time_entries, work_items;
    drop function app.keep_versions_as_recorded, app.refuse_vanished_work;
  `);
}
