import type { Knex } from "knex";

/** Duties stay separated when a program acts: for what a key did answers the person who made it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function app.person_behind(tenant uuid, actor uuid) returns uuid language sql stable as $$
      select coalesce((select k.created_by from api_keys k where k.tenant_id = tenant and k.actor_id = actor), actor)
    $$;

    create or replace function app.refuse_unapproved(invoice invoices) returns void language plpgsql stable as $$
    declare
      wanted constant text[] := case when invoice.stage = 'manager_approved' then '{manager}' else '{manager,finance}' end;
      given  int;
    begin
      select count(*) into given from approvals a
       where a.tenant_id = invoice.tenant_id and a.invoice_id = invoice.id and a.step = any (wanted)
         and a.approval_round = invoice.approval_round and a.content_hash = invoice.content_hash
         and a.actor_id not in (app.person_behind(invoice.tenant_id, invoice.prepared_by),
               app.person_behind(invoice.tenant_id, invoice.content_by), app.person_behind(invoice.tenant_id, invoice.submitted_by));
      if given <> cardinality(wanted) then
        raise exception 'invoice % lacks the approvals for %', invoice.id, invoice.stage using errcode = 'PL037';
      end if;
      if exists (select 1 from exceptions x where x.tenant_id = invoice.tenant_id and x.invoice_id = invoice.id
                   and x.severity = 'block' and x.state = 'open') then
        raise exception 'invoice % has an open blocking exception', invoice.id using errcode = 'PL045';
      end if;
    end $$;

    create or replace function app.guard_approval() returns trigger language plpgsql as $$
    declare
      invoice invoices;
    begin
      select * into invoice from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id;
      if new.actor_id <> app.actor() or new.decided_at <> now() then
        raise exception 'nobody approves in another name, or at another time' using errcode = 'PL040';
      end if;
      if new.actor_id in (app.person_behind(new.tenant_id, invoice.prepared_by), app.person_behind(new.tenant_id, invoice.content_by),
                          app.person_behind(new.tenant_id, invoice.submitted_by)) then
        raise exception 'who wrote or submitted invoice % may not approve it', invoice.id using errcode = 'PL041';
      end if;
      if not exists (select 1 from memberships m
                     where m.tenant_id = new.tenant_id and m.id = new.actor_id and m.kind = 'person') then
        raise exception 'only a person approves' using errcode = 'PL042';
      end if;
      if (new.step, invoice.stage) not in (('manager', 'validation_pending'), ('finance', 'manager_approved')) then
        raise exception 'invoice % is at %, where % does not sign', invoice.id, invoice.stage, new.step using errcode = 'PL044';
      end if;
      if (new.approval_round, new.content_hash) is distinct from (invoice.approval_round, invoice.content_hash) then
        raise exception 'invoice % changed since it was looked at', invoice.id using errcode = 'PL043';
      end if;
      return new;
    end $$;
  `);
}

/** The guards stay, and know no keys. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function app.person_behind(tenant uuid, actor uuid) returns uuid language sql stable as $$ select actor $$;
  `);
}
