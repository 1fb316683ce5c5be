import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** Engagements, or projects of theirs, that take no more work after a day, with what stood open then. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table closures (
      tenant_id        uuid        not null default app.tenant(),
      id               uuid        not null,
      engagement_id    uuid        not null,
      -- One project of it; the whole engagement where there is none.
      project_id       uuid,
      -- The last day whose work is billed.
      closed_on        date        not null,
      reason           text        not null check (reason <> ''),
      checklist        jsonb       not null,
      -- What drafted the final bill.
      billing_run_id   uuid        not null,
      closed_by        uuid        not null default app.actor(),
      closed_at        timestamptz not null default now(),
      reopening_reason text        check (reopening_reason <> ''),
      reopened_by      uuid,
      reopened_at      timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      foreign key (tenant_id, project_id) references projects (tenant_id, id),
      foreign key (tenant_id, billing_run_id) references billing_runs (tenant_id, id),
      foreign key (tenant_id, closed_by) references memberships (tenant_id, id),
      foreign key (tenant_id, reopened_by) references memberships (tenant_id, id),
      constraint reopened_by_another check (
        num_nulls(reopened_by, reopened_at, reopening_reason) in (0, 3) and reopened_by <> closed_by)
    );
    create unique index one_closure on closures (tenant_id, engagement_id, project_id) nulls not distinct
      where reopened_at is null;
    ${isolate("closures", "select, insert")}
    grant update (reopening_reason, reopened_by, reopened_at) on closures to plumb_app;
    ${inOwnName("closures", "closed_by = (select app.actor()) and closed_at = now() and reopened_by is null")}

    create function app.guard_closure() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' then
        if old.reopened_at is not null or (new.reopened_by, new.reopened_at) is distinct from ((select app.actor()), now())
           or new.reopened_by = old.closed_by then
          raise exception 'closure % is reopened once, in the own name, by another person than who closed', old.id
            using errcode = 'PL136';
        end if;
      elsif exists (
          select 1 from work_items w
           where w.tenant_id = new.tenant_id and w.engagement_id = new.engagement_id and w.current and w.status <> 'rejected'
             and (new.project_id is null or w.project_id = new.project_id) and w.worked_on > new.closed_on) then
        raise exception 'engagement % is not closed on %: it has work after that day', new.engagement_id, new.closed_on
          using errcode = 'PL136';
      end if;
      return new;
    end $$;
    create trigger guard before insert or update on closures for each row execute function app.guard_closure();

    -- After the keys were checked: whoever closes holds the engagement, and is then seen here.
    create function app.refuse_work_of_closed() returns trigger language plpgsql as $$
    declare
      wrong record;
    begin
      select e.code, p.name, c.closed_on into wrong
        from added w
        join closures c on c.tenant_id = w.tenant_id and c.engagement_id = w.engagement_id and c.reopened_at is null
         and (c.project_id is null or c.project_id = w.project_id)
        join engagements e on e.tenant_id = c.tenant_id and e.id = c.engagement_id
        left join projects p on p.tenant_id = c.tenant_id and p.id = c.project_id
       where w.status <> 'rejected' limit 1;
      if found then
        raise exception '% was closed on % and takes no more work: reopen it, or leave the work out',
          coalesce('project ' || wrong.name, 'engagement ' || wrong.code), wrong.closed_on using errcode = 'PL137';
      end if;
      return null;
    end $$;
    create trigger open_engagement after insert on work_items referencing new table as added
      for each statement execute function app.refuse_work_of_closed();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger open_engagement on work_items;
    drop function app.refuse_work_of_closed();
    drop table closures;
    drop function app.guard_closure();
  `);
}
