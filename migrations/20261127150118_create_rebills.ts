import type { Knex } from "knex";
import { changeFunction } from "./isolation/change-function.ts";

/**
 * A credit note may say that what it takes back is billed anew. Issuing it drafts that in the same transaction, so that nobody
 * else bills the work in between and nobody drafts it twice.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table invoices
      add column rebills  boolean not null default false,
      add column replaces uuid,
      add constraint invoices_replaces_fkey foreign key (tenant_id, replaces) references invoices (tenant_id, id),
      add constraint credit_notes_rebill check ((kind = 'credit_note' or not rebills) and (kind = 'invoice' or replaces is null));
    create index invoices_replacing on invoices (tenant_id, replaces) where replaces is not null;

    create function app.guard_rebill() returns trigger language plpgsql as $$
    begin
      if not exists (
           select 1 from invoices c
            where c.tenant_id = new.tenant_id and c.id = new.replaces and c.rebills and c.stage = 'issued' and c.stage_since = now()
              and (c.legal_entity_id, c.client_id) = (new.legal_entity_id, new.client_id)) then
        raise exception 'invoice % replaces nothing that is taken back here', new.id using errcode = 'PL111';
      end if;
      return new;
    end $$;
    create trigger guard_rebill before insert on invoices
      for each row when (new.replaces is not null) execute function app.guard_rebill();

    create function app.keep_rebill() returns trigger language plpgsql as $$
    begin
      raise exception 'invoice % keeps what it replaces, and whether it is billed anew', old.id using errcode = 'PL119';
    end $$;
    create trigger keep_rebill before update on invoices
      for each row when ((new.rebills, new.replaces) is distinct from (old.rebills, old.replaces)) execute function app.keep_rebill();
    ${changeFunction("app.guard_invoice", { from: inOwnName, to: inOwnNameOrAsked })}
  `);
}

const inOwnName = "if new.prepared_by <> app.actor() or new.submitted_by is not null then";
// Who asked for the credit note asked for this too; who issues it decides nothing, and may approve.
const inOwnNameOrAsked = `if new.prepared_by <> coalesce(
             (select c.prepared_by from invoices c where c.tenant_id = new.tenant_id and c.id = new.replaces), app.actor())
           or new.submitted_by is not null then`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${changeFunction("app.guard_invoice", { from: inOwnNameOrAsked, to: inOwnName })}
    drop trigger keep_rebill on invoices;
    drop function app.keep_rebill();
    drop trigger guard_rebill on invoices;
    drop function app.guard_rebill();
    alter table invoices drop column rebills, drop column replaces;
  `);
}
