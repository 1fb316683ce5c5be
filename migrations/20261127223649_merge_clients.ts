import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** Two clients that are one: whatever names the second comes to name the first, and nothing is the second's any more. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table client_merges (
      tenant_id   uuid        not null default app.tenant(),
      id          uuid        not null,
      merged_id   uuid        not null,
      -- Into which it was merged then; a later merge may have gone on from there.
      survivor_id uuid        not null,
      reason      text        not null check (reason <> ''),
      -- What was moved, and which contradictions somebody accepted.
      plan        jsonb       not null,
      merged_by   uuid        not null default app.actor(),
      merged_at   timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, merged_id),
      foreign key (tenant_id, merged_id) references clients (tenant_id, id),
      foreign key (tenant_id, survivor_id) references clients (tenant_id, id),
      foreign key (tenant_id, merged_by) references memberships (tenant_id, id),
      constraint two_clients check (merged_id <> survivor_id)
    );
    create index merges_into on client_merges (tenant_id, survivor_id);
    ${isolate("client_merges", "select, insert")}
    ${inOwnName("client_merges", "merged_by = (select app.actor()) and merged_at = now()")}

    -- The client it is today; never one that was merged itself.
    alter table clients add column merged_into uuid,
      add foreign key (tenant_id, merged_into) references clients (tenant_id, id);
    create index merged_clients on clients (tenant_id, merged_into) where merged_into is not null;
    -- Whom a row named when it was written, where a merge moved it since.
    alter table invoices add column written_client_id uuid, add column written_payer_id uuid;
    ${keptAsWritten.map((table) => `alter table ${table} add column written_client_id uuid;`).join("\n")}
    ${neverMoved.map((table) => `grant update (client_id) on ${table} to plumb_app;`).join("\n")}
    grant update (written_client_id) on ${keptAsWritten.join(", ")} to plumb_app;
    grant update (payer_id, delivery_profile_id) on split_parts to plumb_app;

    create function app.refuse_merged_client() returns trigger language plpgsql as $$
    declare
      wrong record;
    begin
      -- After the keys were checked: whoever merges holds both clients, and is then seen here.
      execute format('select c.name, s.name as survivor from added a cross join lateral unnest(array[%s]) k (id)
          join clients c on c.tenant_id = a.tenant_id and c.id = k.id
          join clients s on s.tenant_id = c.tenant_id and s.id = c.merged_into limit 1', tg_argv[0]) into wrong;
      if wrong.name is not null then
        raise exception 'client % was merged into % and takes nothing more: name that one', wrong.name, wrong.survivor
          using errcode = 'PL220';
      end if;
      return null;
    end $$;

    create function app.guard_moved() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' then
        raise exception 'nothing begins as moved to another client' using errcode = 'PL221';
      end if;
      if exists (
           select 1 from jsonb_each(to_jsonb(old)) o join jsonb_each(to_jsonb(new)) n using (key)
            where n.value is distinct from o.value and not case
              when key in ('client_id', 'payer_id') then exists (
                select 1 from clients c
                 where c.tenant_id = old.tenant_id and c.id = (o.value #>> '{}')::uuid and c.merged_into = (n.value #>> '{}')::uuid)
              when key in ('written_client_id', 'written_payer_id') then
                o.value = 'null' and n.value = to_jsonb(old) -> substr(key, length('written_') + 1)
                and n.value <> to_jsonb(new) -> substr(key, length('written_') + 1)
              when key = 'delivery_profile_id' then exists (
                select 1 from delivery_profiles d
                 where d.tenant_id = old.tenant_id and d.id = (n.value #>> '{}')::uuid and d.client_id = (to_jsonb(new) ->> 'payer_id')::uuid
                   and d.client_id <> (to_jsonb(old) ->> 'payer_id')::uuid)
              else false end)
         or exists (
           select 1 from jsonb_each(to_jsonb(old)) o join jsonb_each(to_jsonb(new)) n using (key)
            where key in ('client_id', 'payer_id') and n.value <> o.value and to_jsonb(new) -> ('written_' || key) = 'null') then
        raise exception 'what names a client comes to name another only where the one was merged into the other'
          using errcode = 'PL221';
      end if;
      return new;
    end $$;
    ${takers.map(([table, columns]) => refuseMerged(table, columns)).join("\n")}
    ${updatable.map(([table, columns]) => refuseMerged(table, columns, "update")).join("\n")}

    -- Rows that stay as recorded: whose they are is guarded apart from all else about them.
    drop trigger guard on promises;
    create trigger guard before update on promises for each row
      when (new.client_id = old.client_id) execute function app.guard_promise();
    drop trigger guard on dunning_notices;
    create trigger guard before update on dunning_notices for each row
      when (new.client_id = old.client_id) execute function app.guard_dunning_notice();
    drop trigger guard on withholding_certificates;
    create trigger guard before update on withholding_certificates for each row
      when (new.client_id = old.client_id) execute function app.guard_certificate();
    drop trigger guard on interest_claims;
    create trigger guard before insert on interest_claims for each row execute function app.guard_interest_claim();
    create trigger guard_update before update on interest_claims for each row
      when (new.client_id = old.client_id) execute function app.guard_interest_claim();
    drop trigger guard on invoices;
    -- Named so that both go before the guards of corrections.
    create trigger guard_begin before insert on invoices for each row execute function app.guard_invoice();
    create trigger guard before update on invoices for each row when (not (${invoiceMoves})) execute function app.guard_invoice();
    create trigger moved before update on invoices for each row when (${invoiceMoves}) execute function app.guard_moved();
    ${moved.map(guardMoved).join("\n")}
    create trigger moved before update on split_parts for each row execute function app.guard_moved();
    ${keptAsWritten.map(written).join("\n")}
    create trigger written before insert on invoices for each row
      when (new.written_client_id is not null or new.written_payer_id is not null) execute function app.guard_moved();

    create function app.guard_merged_client() returns trigger language plpgsql as $$
    declare
      survivor uuid;
    begin
      -- Held, so that nobody merges it away meanwhile.
      select c.merged_into into survivor from clients c
        where c.tenant_id = new.tenant_id and c.id = case when tg_op = 'INSERT' or old.merged_into is null then new.merged_into else old.merged_into end
        for share;
      if tg_op = 'INSERT' or (case when old.merged_into is not null then coalesce(new.merged_into <> survivor, true)
           else survivor is not null or not exists (
             select 1 from client_merges m
              where m.tenant_id = new.tenant_id and m.merged_id = new.id and m.survivor_id = new.merged_into
                and m.merged_at = now() and m.merged_by = app.actor()) end) then
        raise exception 'client % is merged once, into one that is not merged itself, on record', new.id using errcode = 'PL222';
      end if;
      return new;
    end $$;
    create trigger merged before update on clients for each row
      when (new.merged_into is distinct from old.merged_into) execute function app.guard_merged_client();
    create trigger merged_later before insert on clients for each row
      when (new.merged_into is not null) execute function app.guard_merged_client();

    create function app.refuse_half_merge() returns trigger language plpgsql as $$
    declare
      named record;
      left_there boolean;
    begin
      if not exists (select 1 from clients c where c.tenant_id = new.tenant_id and c.id = new.merged_id and c.merged_into is not null) then
        raise exception 'client % is on record as merged and is not', new.merged_id using errcode = 'PL223';
      end if;
      for named in
        select k.conrelid::regclass as place, a.attname as member
          from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[2]
         where k.contype = 'f' and k.confrelid = 'clients'::regclass
           -- Its own ways of delivery are of no use to anybody, and records say what was.
           and k.conrelid not in ('delivery_profiles'::regclass, 'client_merges'::regclass)
      loop
        execute format('select exists (select 1 from %s where %I = $1)', named.place, named.member) into left_there using new.merged_id;
        if left_there then
          raise exception '% still names merged client %', named.place, new.merged_id using errcode = 'PL223';
        end if;
      end loop;
      return null;
    end $$;
    create constraint trigger whole after insert on client_merges deferrable initially deferred
      for each row execute function app.refuse_half_merge();

    create function app.refuse_early_merge() returns trigger language plpgsql as $$
    begin
      if exists (select 1 from billing_runs r where r.state in ('queued', 'running')) or exists (
           select 1 from invoices i
            where i.stage not in ('issued', 'posted', 'discarded')
              and (i.client_id in (new.merged_id, new.survivor_id) or i.payer_id in (new.merged_id, new.survivor_id))) then
        raise exception 'client % is not merged while invoices of the two are on their way', new.merged_id using errcode = 'PL224';
      end if;
      return null;
    end $$;
    create constraint trigger settled after insert on client_merges deferrable initially deferred
      for each row execute function app.refuse_early_merge();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${takers.map(([table]) => `drop trigger takes_no_merged on ${table};`).join("\n")}
    ${updatable.map(([table]) => `drop trigger keeps_no_merged on ${table};`).join("\n")}
    ${[...moved, "invoices", "split_parts"].map((table) => `drop trigger moved on ${table};`).join("\n")}
    ${[...keptAsWritten, "invoices"].map((table) => `drop trigger written on ${table};`).join("\n")}
    drop trigger guard on promises;
    create trigger guard before update on promises for each row execute function app.guard_promise();
    drop trigger guard on dunning_notices;
    create trigger guard before update on dunning_notices for each row execute function app.guard_dunning_notice();
    drop trigger guard on withholding_certificates;
    create trigger guard before update on withholding_certificates for each row execute function app.guard_certificate();
    drop trigger guard on interest_claims;
    drop trigger guard_update on interest_claims;
    create trigger guard before insert or update on interest_claims for each row execute function app.guard_interest_claim();
    drop trigger guard on invoices;
    drop trigger guard_begin on invoices;
    create trigger guard before insert or update on invoices for each row execute function app.guard_invoice();
    ${neverMoved.map((table) => `revoke update (client_id) on ${table} from plumb_app;`).join("\n")}
    revoke update (payer_id, delivery_profile_id) on split_parts from plumb_app;
    alter table invoices drop column written_client_id, drop column written_payer_id;
    ${keptAsWritten.map((table) => `alter table ${table} drop column written_client_id;`).join("\n")}
    drop trigger merged on clients;
    drop trigger merged_later on clients;
    alter table clients drop column merged_into;
    drop table client_merges;
    drop function app.refuse_merged_client(), app.guard_moved(), app.guard_merged_client(), app.refuse_half_merge(), app.refuse_early_merge();
  `);
}

/** What named a client for ever until now. */
const neverMoved = ["ledger_entries", "payments", "rates", "tax_certificates", "collecting_terms"];

/** Where a row says besides whom it named when it was written; so do invoices, of client and payer. */
const keptAsWritten = ["ledger_entries", "payments", "rates"];

/** Whose rows name one client, and go with it. */
const moved = [...neverMoved, "promises", "dunning_notices", "interest_claims", "withholding_certificates"];

/** What a merged client takes no more of, and the columns that name it. */
const takers = [
  ...moved.map((table) => [table, "a.client_id"] as const),
  ["engagements", "a.client_id, a.payer_id"],
  ["invoices", "a.client_id, a.payer_id"],
  ["split_parts", "a.payer_id"],
] as const;

/** Where a row may be given to another client at any time. */
const updatable = [
  ["engagements", "a.client_id, a.payer_id"],
  ["invoices", "a.client_id, a.payer_id"],
] as const;

const refuseMerged = (table: string, columns: string, on: "insert" | "update" = "insert"): string => `
  create trigger ${on === "insert" ? "takes" : "keeps"}_no_merged after ${on} on ${table} referencing new table as added
    for each statement execute function app.refuse_merged_client('${columns}');`;

const guardMoved = (table: string): string => {
  const changes = ["client_id", ...(keptAsWritten.includes(table) ? ["written_client_id"] : [])];
  const [now, before] = ["new", "old"].map((row) => `(${changes.map((name) => `${row}.${name}`).join(", ")})`);
  return `create trigger moved before update on ${table} for each row when (${now} is distinct from ${before}) execute function app.guard_moved();`;
};

const written = (table: string): string => `
  create trigger written before insert on ${table} for each row
    when (new.written_client_id is not null) execute function app.guard_moved();`;

const invoiceMoves = `(new.written_client_id, new.written_payer_id) is distinct from (old.written_client_id, old.written_payer_id)
  or old.stage in ('issued', 'posted', 'discarded') and (new.client_id, new.payer_id) is distinct from (old.client_id, old.payer_id)`;
