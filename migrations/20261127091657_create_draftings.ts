import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/** What drafts were made from, so that any invoice can be made again from stored inputs, whatever changed since. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One drafting makes all drafts of a client in a run, or one of them anew. The work it took is in the claims.
    create table draftings (
      tenant_id  uuid        not null default app.tenant() references tenants (id),
      id         uuid        not null,
      inputs     text        not null,
      hash       text        not null,
      drafted_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint hash_is_of_inputs check (hash = encode(sha256(convert_to(inputs, 'UTF8')), 'hex'))
    );
    ${isolate("draftings", "select, insert")}

    create table drafted_contents (
      tenant_id       uuid not null default app.tenant(),
      invoice_id      uuid not null,
      content_version int  not null,
      drafting_id     uuid not null,
      primary key (tenant_id, invoice_id, content_version),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, drafting_id) references draftings (tenant_id, id)
    );
    create index contents_by_drafting on drafted_contents (tenant_id, drafting_id);
    ${isolate("drafted_contents", "select, insert")}

    -- What content was made from is said when it is made, never afterwards.
    create function app.refuse_late_inputs() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select a.invoice_id into wrong
        from added a join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
       where i.content_version <> a.content_version or i.stage not in ('draft', 'validation_pending')
       limit 1;
      if wrong is not null then
        raise exception 'what invoice % was made from is no longer written', wrong using errcode = 'PL121';
      end if;
      return null;
    end $$;
    create trigger in_time after insert on drafted_contents referencing new table as added
      for each statement execute function app.refuse_late_inputs();

    create function app.refuse_unexplained() returns trigger language plpgsql as $$
    begin
      if not exists (select 1 from drafted_contents d
                      where d.tenant_id = new.tenant_id and d.invoice_id = new.id and d.content_version = new.content_version) then
        raise exception 'invoice % is issued without what it was made from', new.id using errcode = 'PL120';
      end if;
      return null;
    end $$;
    create constraint trigger explained after update of stage on invoices deferrable initially deferred
      for each row when (new.stage = 'issued' and old.stage <> 'issued') execute function app.refuse_unexplained();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.refuse_late_inputs, app.refuse_unexplained cascade;
    drop table drafted_contents, draftings;
  `);
}
