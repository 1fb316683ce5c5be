import type { Knex } from "knex";
import { startAndStop } from "./clocks/start-and-stop.ts";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/**
 * What waits, since when and until when. A clock starts and stops with its subject, in the transaction that moves it and in one
 * statement however many move: triggers see to it, so that nothing that moves can forget. When it is due is reckoned by whoever keeps it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table app.stage_waits (
      stage text not null,
      wait  text not null primary key
    );
    comment on table app.stage_waits is 'What the stages of an invoice wait for, fed from code after every migration.';
    grant select on app.stage_waits to plumb_app;

    create table sla_policies (
      tenant_id   uuid        not null default app.tenant(),
      id          uuid        not null,
      wait        text        not null,
      owner       text,
      hours       int         not null check (hours between 1 and 2000),
      steps       jsonb       not null,
      recorded_by uuid        not null default app.actor(),
      recorded_at timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id)
    );
    comment on table sla_policies is 'A clock goes by what was recorded last of its wait when it started.';
    create index sla_policies_by_wait on sla_policies (tenant_id, wait, recorded_at);
    ${isolate("sla_policies", "select, insert")}
    ${inOwnName("sla_policies", "recorded_by = (select app.actor()) and recorded_at = now()")}

    create table clocks (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      wait            text        not null,
      -- The invoice that waits, or is kept from going on by the exception.
      invoice_id      uuid,
      exception_id    uuid,
      -- Whose calendar it goes by; that of the firm's first when it is about none.
      legal_entity_id uuid,
      since           timestamptz not null,
      -- On whom it waits and by when, as its keeper found it; null until then, and due never while it is paused.
      owner           text,
      sla_policy_id   uuid,
      due_at          timestamptz,
      -- When its keeper has to look at it again.
      next_at         timestamptz default now(),
      stopped_at      timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, exception_id) references exceptions (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, sla_policy_id) references sla_policies (tenant_id, id),
      constraint is_about_something check (invoice_id is not null or exception_id is not null)
    );
    create unique index one_clock_of_exception on clocks (tenant_id, exception_id) where exception_id is not null;
    create unique index one_running_clock on clocks (tenant_id, invoice_id, wait) where stopped_at is null and exception_id is null;
    create index clocks_running on clocks (tenant_id, invoice_id) where stopped_at is null;
    create index clocks_due on clocks (tenant_id, due_at) where stopped_at is null;
    create index clocks_to_look_at on clocks (next_at, tenant_id) where next_at is not null;
    ${isolate("clocks", "select, insert")}
    grant update (owner, sla_policy_id, due_at, next_at, stopped_at) on clocks to plumb_app;
    -- The relay finds out which firm has a clock to look at, and nothing about it.
    create policy relay_access on clocks to plumb_relay using (true) with check (true);
    grant select (tenant_id, next_at) on clocks to plumb_relay;

    create table clock_pauses (
      tenant_id  uuid        not null default app.tenant(),
      id         uuid        not null,
      clock_id   uuid        not null,
      paused_at  timestamptz not null default now(),
      paused_by  uuid        not null default app.actor(),
      reason     text        not null,
      resumed_at timestamptz,
      resumed_by uuid,
      primary key (tenant_id, id),
      foreign key (tenant_id, clock_id) references clocks (tenant_id, id),
      foreign key (tenant_id, paused_by) references memberships (tenant_id, id),
      foreign key (tenant_id, resumed_by) references memberships (tenant_id, id),
      constraint resumed_whole check ((resumed_at is null) = (resumed_by is null) and resumed_at >= paused_at)
    );
    create unique index one_open_pause on clock_pauses (tenant_id, clock_id) where resumed_at is null;
    create index pauses_by_clock on clock_pauses (tenant_id, clock_id);
    ${isolate("clock_pauses", "select, insert")}
    grant update (resumed_at, resumed_by) on clock_pauses to plumb_app;
    ${inOwnName("clock_pauses", "paused_by = (select app.actor()) and paused_at = now() and resumed_at is null")}

    -- One message to all who hold a role, about steps that were taken at the same time.
    create table notices (
      tenant_id  uuid        not null default app.tenant() references tenants (id),
      id         uuid        not null,
      role       text        not null,
      written_at timestamptz not null default now(),
      sent_at    timestamptz,
      -- Who got it. Nobody, when none holds the role or all it was about is settled.
      recipients uuid[],
      primary key (tenant_id, id),
      constraint sent_whole check ((sent_at is null) = (recipients is null))
    );
    ${isolate("notices", "select, insert")}
    grant update (sent_at, recipients) on notices to plumb_app;

    create table clock_steps (
      tenant_id  uuid        not null default app.tenant(),
      id         uuid        not null,
      clock_id   uuid        not null,
      ordinal    int         not null check (ordinal >= 0),
      percent    int         not null,
      does       text        not null check (does in ('remind', 'delegate', 'escalate')),
      from_owner text        not null,
      to_owner   text        not null,
      due_at     timestamptz not null,
      taken_at   timestamptz not null default now(),
      notice_id  uuid        not null,
      primary key (tenant_id, id),
      unique (tenant_id, clock_id, ordinal),
      foreign key (tenant_id, clock_id) references clocks (tenant_id, id),
      foreign key (tenant_id, notice_id) references notices (tenant_id, id)
    );
    comment on column clock_steps.taken_at is 'Its lateness is how long after due_at this is.';
    create index steps_by_notice on clock_steps (tenant_id, notice_id);
    ${isolate("clock_steps", "select, insert")}

    ${startAndStop}
    ${guards}
  `);
}

const guards = `
  create function app.guard_clock() returns trigger language plpgsql as $$
  begin
    if (new.wait, new.invoice_id, new.exception_id, new.legal_entity_id, new.since)
         is distinct from (old.wait, old.invoice_id, old.exception_id, old.legal_entity_id, old.since)
       or old.stopped_at is not null and new.stopped_at is distinct from old.stopped_at then
      raise exception 'clock % keeps what it is about and since when, and stays stopped', old.id using errcode = 'PL240';
    end if;
    return new;
  end $$;
  create trigger guard before update on clocks for each row execute function app.guard_clock();

  -- By the time of the database, whatever the clocks of its workers say.
  create function app.guard_clock_step() returns trigger language plpgsql as $$
  declare
    clock clocks;
  begin
    select * into clock from clocks c where c.tenant_id = new.tenant_id and c.id = new.clock_id for update;
    if clock.stopped_at is not null or exists (
         select 1 from clock_pauses p where p.tenant_id = new.tenant_id and p.clock_id = new.clock_id and p.resumed_at is null) then
      raise exception 'clock % does not run: no step of it is taken', new.clock_id using errcode = 'PL241';
    end if;
    if new.due_at > now() or new.taken_at <> now() then
      raise exception 'a step of clock % is taken when it is due, and now', new.clock_id using errcode = 'PL242';
    end if;
    if new.ordinal <> (select count(*) from clock_steps s where s.tenant_id = new.tenant_id and s.clock_id = new.clock_id) then
      raise exception 'steps of clock % are taken in order, each once', new.clock_id using errcode = 'PL243';
    end if;
    return new;
  end $$;
  create trigger guard before insert on clock_steps for each row execute function app.guard_clock_step();

  create function app.guard_clock_pause() returns trigger language plpgsql as $$
  begin
    if tg_op = 'INSERT' then
      perform 1 from clocks c where c.tenant_id = new.tenant_id and c.id = new.clock_id and c.stopped_at is null for update;
      if not found then
        raise exception 'clock % stopped: it is not paused any more', new.clock_id using errcode = 'PL244';
      end if;
    elsif to_jsonb(new) - '{resumed_at,resumed_by}'::text[] <> to_jsonb(old) - '{resumed_at,resumed_by}'::text[]
       or old.resumed_at is not null or new.resumed_at is distinct from now() or new.resumed_by is distinct from app.actor() then
      raise exception 'pause % stays as recorded; it is ended once, in the own name and now', old.id using errcode = 'PL245';
    end if;
    return new;
  end $$;
  create trigger guard before insert or update on clock_pauses for each row execute function app.guard_clock_pause();

  create function app.guard_notice() returns trigger language plpgsql as $$
  begin
    if to_jsonb(new) - '{sent_at,recipients}'::text[] <> to_jsonb(old) - '{sent_at,recipients}'::text[] or old.sent_at is not null then
      raise exception 'notice % stays as written, and as sent', old.id using errcode = 'PL246';
    end if;
    return new;
  end $$;
  create trigger guard before update on notices for each row execute function app.guard_notice();
`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table clock_steps, notices, clock_pauses cascade;
    drop trigger clocks_start on invoices;
    drop trigger clocks_move on invoices;
    drop trigger clocks_start on exceptions;
    drop trigger clocks_move on exceptions;
    drop trigger clocks_move on holidays;
    drop trigger clocks_move_again on holidays;
    drop trigger clocks_move on business_hours;
    drop trigger clocks_move_again on business_hours;
    drop table clocks, sla_policies;
    drop function app.guard_clock, app.guard_clock_step, app.guard_clock_pause, app.guard_notice,
      app.start_invoice_clocks, app.move_invoice_clocks, app.start_exception_clocks, app.stop_exception_clocks, app.look_at_clocks_again,
      app.is_stopped, app.new_id;
    drop table app.stage_waits;
  `);
}
