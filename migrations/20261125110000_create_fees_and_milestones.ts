import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/** Work that was agreed at a sum: instalments of a fixed fee, and milestones with the proof of their acceptance. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table work_items
      drop constraint work_items_kind_check,
      add constraint work_items_kind_check check (kind in ('time', 'fee', 'milestone')),
      -- What was agreed for work that is not priced by the minute, in the currency it was agreed in.
      add column amount_minor bigint check (amount_minor > 0),
      add column currency text check (currency ~ '^[A-Z]{3}$'),
      add constraint minutes_or_amount
        check ((kind = 'time') = (amount_minor is null) and (amount_minor is null) = (currency is null));
    create or replace function app.keep_versions_as_recorded() returns trigger language plpgsql as $$
    begin
      if (new.tenant_id, new.id, new.version, new.kind, new.engagement_id, new.project_id, new.worked_on, new.minutes,
          new.amount_minor, new.currency, new.recorded_at)
         is distinct from
         (old.tenant_id, old.id, old.version, old.kind, old.engagement_id, old.project_id, old.worked_on, old.minutes,
          old.amount_minor, old.currency, old.recorded_at)
         or (new.current and not old.current) or (new.status <> old.status and old.status <> 'submitted') then
        raise exception 'work item % version % is recorded; add a version instead', old.id, old.version
          using errcode = 'PL021';
      end if;
      return new;
    end $$;
    alter table evidence drop constraint evidence_kind_check,
      add constraint evidence_kind_check check (kind in ('vat_id_check', 'milestone_acceptance'));
    alter table exceptions drop constraint exceptions_subject_kind_check,
      add constraint exceptions_subject_kind_check
        check (subject_kind in ('work', 'worker_week', 'milestone', 'engagement', 'invoice'));

    create table fee_instalments (
      tenant_id     uuid   not null default app.tenant(),
      id            uuid   not null,
      version       int    not null,
      engagement_id uuid   not null,
      -- In the order of the due dates, which are the days of the work items.
      number        int    not null check (number >= 1),
      instalments   int    not null check (instalments >= number),
      fee_minor     bigint not null check (fee_minor > 0),
      basis_points  int    check (basis_points between 1 and 10000),
      primary key (tenant_id, id, version),
      -- Two imports that race cannot make the same instalment twice.
      unique (tenant_id, engagement_id, number, version),
      foreign key (tenant_id, id, version) references work_items (tenant_id, id, version),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id)
    );
    ${isolate("fee_instalments", "select, insert")}

    create table milestones (
      tenant_id    uuid   not null default app.tenant(),
      id           uuid   not null,
      version      int    not null,
      name         text   not null,
      due_on       date   not null,
      accepted_on  date,
      accepted_by  text,
      evidence_id  uuid,
      primary key (tenant_id, id, version),
      foreign key (tenant_id, id, version) references work_items (tenant_id, id, version),
      foreign key (tenant_id, evidence_id) references evidence (tenant_id, id),
      constraint evidence_of_acceptance check (accepted_on is not null or accepted_by is null and evidence_id is null)
    );
    ${isolate("milestones", "select, insert")}

    alter table invoice_lines
      -- What the client keeps until release: due later, but billed and taxed now.
      add column retained_minor bigint not null default 0,
      add constraint retained_is_part_of_net
        check (retained_minor between least(net_minor, 0) and greatest(net_minor, 0));

    create function app.refuse_unproven_milestones() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select a.work_item_id into wrong
        from milestones m
        join added a on a.tenant_id = m.tenant_id and a.work_item_id = m.id and a.work_item_version = m.version
       where a.line_id is not null and m.evidence_id is null
       limit 1;
      if wrong is not null then
        raise exception 'milestone % is billed only when its acceptance is proven', wrong using errcode = 'PL065';
      end if;
      return null;
    end $$;
    create trigger proven after insert on claims referencing new table as added
      for each statement execute function app.refuse_unproven_milestones();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function app.keep_versions_as_recorded() returns trigger language plpgsql as $$
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
    drop function app.refuse_unproven_milestones cascade;
    alter table invoice_lines drop column retained_minor;
    drop table milestones, fee_instalments;
    alter table exceptions drop constraint exceptions_subject_kind_check,
      add constraint exceptions_subject_kind_check check (subject_kind in ('work', 'worker_week', 'engagement', 'invoice'));
    alter table evidence drop constraint evidence_kind_check,
      add constraint evidence_kind_check check (kind in ('vat_id_check'));
    alter table work_items drop column currency, drop column amount_minor, drop constraint work_items_kind_check,
      add constraint work_items_kind_check check (kind in ('time'));
  `);
}
