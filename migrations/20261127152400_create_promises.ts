import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** What clients promise to pay, by when. Whether a promise was kept is asked of the payments, and not stored. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table promises (
      tenant_id        uuid        not null default app.tenant(),
      id               uuid        not null,
      legal_entity_id  uuid        not null,
      client_id        uuid        not null,
      currency         text        not null check (currency ~ '^[A-Z]{3}$'),
      amount_minor     bigint      not null check (amount_minor > 0),
      made_on          date        not null,
      due_on           date        not null,
      -- Who promised, and how.
      said             text        not null,
      recorded_by      uuid        not null default app.actor(),
      recorded_at      timestamptz not null default now(),
      withdrawn_on     date,
      withdrawn_reason text,
      withdrawn_by     uuid,
      withdrawn_at     timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id),
      foreign key (tenant_id, withdrawn_by) references memberships (tenant_id, id),
      constraint due_after_made check (due_on >= made_on),
      constraint withdrawn_whole check (
        (withdrawn_on is null) = (withdrawn_reason is null) and (withdrawn_on is null) = (withdrawn_by is null)
        and (withdrawn_on is null) = (withdrawn_at is null))
    );
    create index promises_by_client on promises (tenant_id, client_id, id);
    ${isolate("promises", "select, insert, update")}
    ${inOwnName("promises", "recorded_by = (select app.actor()) and recorded_at = now() and withdrawn_on is null")}

    create table promise_items (
      tenant_id  uuid not null default app.tenant(),
      id         uuid not null,
      promise_id uuid not null,
      invoice_id uuid not null,
      primary key (tenant_id, id),
      unique (tenant_id, promise_id, invoice_id),
      foreign key (tenant_id, promise_id) references promises (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
    );
    create index promise_items_by_invoice on promise_items (tenant_id, invoice_id);
    ${isolate("promise_items", "select, insert")}

    create function app.guard_promise() returns trigger language plpgsql as $$
    begin
      if to_jsonb(new) - '{withdrawn_on,withdrawn_reason,withdrawn_by,withdrawn_at}'::text[]
           <> to_jsonb(old) - '{withdrawn_on,withdrawn_reason,withdrawn_by,withdrawn_at}'::text[]
         or old.withdrawn_on is not null or new.withdrawn_on is null
         or new.withdrawn_by <> app.actor() or new.withdrawn_at <> now() then
        raise exception 'promise % stays as recorded; it is withdrawn once, in the own name', old.id using errcode = 'PL205';
      end if;
      return new;
    end $$;
    create trigger guard before update on promises for each row execute function app.guard_promise();

    -- At commit: a promise is about invoices of its account, and about no more than they owe.
    create function app.refuse_unfounded_promise() returns trigger language plpgsql as $$
    declare
      owed numeric;
      own  boolean;
    begin
      perform 1 from clients c where c.tenant_id = new.tenant_id and c.id = new.client_id for no key update;
      select bool_and((i.legal_entity_id, i.payer_id, i.currency) = (new.legal_entity_id, new.client_id, new.currency)), sum(s.open)
        into own, owed
        from promise_items m join invoices i on i.tenant_id = m.tenant_id and i.id = m.invoice_id
       cross join lateral (
         select coalesce(sum(p.amount_minor), 0) as open
           from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
          where e.tenant_id = i.tenant_id and e.invoice_id = i.id and p.account = 'receivable') s
       where m.tenant_id = new.tenant_id and m.promise_id = new.id;
      if own is not true or owed < new.amount_minor then
        raise exception 'promise % is about more than its client owes on its invoices', new.id using errcode = 'PL204';
      end if;
      return null;
    end $$;
    create constraint trigger founded after insert on promises deferrable initially deferred
      for each row execute function app.refuse_unfounded_promise();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table promise_items, promises;
    drop function app.guard_promise, app.refuse_unfounded_promise;
  `);
}
