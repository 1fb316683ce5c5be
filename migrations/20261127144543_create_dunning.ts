import type { Knex } from "knex";
import { allowValues, forbidValues, treatLike, treatNoMore } from "./isolation/allow-values.ts";
import { inOwnName, isolate } from "./isolation/isolate.ts";

const facts = ["late_charged", "late_charge_withdrawn"];

/** What was agreed about paying late, and the notices that ask for what is late. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${allowValues("ledger_entries", "fact", facts)}
    ${facts.map((value) => treatLike("ledger_entries", "names_its_subjects", { value, like: "debt_written_off" })).join("")}
    ${allowValues("ledger_postings", "account", ["late_charges"])}

    create table collecting_terms (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      legal_entity_id uuid        not null,
      -- Agreed with this client; with all others of the legal entity when absent.
      client_id       uuid,
      currency        text        not null check (currency ~ '^[A-Z]{3}$'),
      starts_on       date        not null,
      terms           jsonb       not null,
      recorded_by     uuid        not null default app.actor(),
      recorded_at     timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id)
    );
    comment on table collecting_terms is 'Of several that started, the one that starts last holds, and of these the one recorded last.';
    create index collecting_terms_in_force on collecting_terms (tenant_id, legal_entity_id, currency, starts_on, id);
    ${isolate("collecting_terms", "select, insert")}
    ${inOwnName("collecting_terms", "recorded_by = (select app.actor()) and recorded_at = now()")}

    create table dunning_notices (
      tenant_id          uuid        not null default app.tenant(),
      id                 uuid        not null,
      legal_entity_id    uuid        not null,
      client_id          uuid        not null,
      currency           text        not null check (currency ~ '^[A-Z]{3}$'),
      dunned_on          date        not null,
      -- The highest of its invoices.
      level              int         not null check (level >= 1),
      text_key           text        not null,
      language           text        not null,
      total_minor        bigint      not null check (total_minor > 0),
      fee_minor          bigint      not null check (fee_minor >= 0),
      fee_entry_id       uuid,
      recorded_by        uuid        not null default app.actor(),
      recorded_at        timestamptz not null default now(),
      withdrawn_on       date,
      withdrawn_reason   text,
      withdrawn_by       uuid,
      withdrawn_at       timestamptz,
      -- Takes the fee back.
      withdrawn_entry_id uuid,
      primary key (tenant_id, id),
      unique (tenant_id, fee_entry_id),
      unique (tenant_id, withdrawn_entry_id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id),
      foreign key (tenant_id, fee_entry_id) references ledger_entries (tenant_id, id),
      foreign key (tenant_id, withdrawn_entry_id) references ledger_entries (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id),
      foreign key (tenant_id, withdrawn_by) references memberships (tenant_id, id),
      constraint fee_is_booked check ((fee_entry_id is not null) = (fee_minor > 0)),
      constraint withdrawn_whole check (
        (withdrawn_on is null) = (withdrawn_reason is null) and (withdrawn_on is null) = (withdrawn_by is null)
        and (withdrawn_on is null) = (withdrawn_at is null)
        and (withdrawn_entry_id is not null) = (withdrawn_on is not null and fee_minor > 0))
    );
    create index dunning_notices_by_client on dunning_notices (tenant_id, client_id, id);
    ${isolate("dunning_notices", "select, insert, update")}
    ${inOwnName("dunning_notices", "recorded_by = (select app.actor()) and recorded_at = now() and withdrawn_on is null")}

    create table dunning_items (
      tenant_id     uuid   not null default app.tenant(),
      id            uuid   not null,
      notice_id     uuid   not null,
      invoice_id    uuid   not null,
      level         int    not null check (level >= 1),
      open_minor    bigint not null check (open_minor > 0),
      days_past_due int    not null check (days_past_due >= 1),
      primary key (tenant_id, id),
      unique (tenant_id, notice_id, invoice_id),
      foreign key (tenant_id, notice_id) references dunning_notices (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
    );
    create index dunning_items_by_invoice on dunning_items (tenant_id, invoice_id, level);
    ${isolate("dunning_items", "select, insert")}

    create function app.guard_dunning_notice() returns trigger language plpgsql as $$
    begin
      if to_jsonb(new) - '{withdrawn_on,withdrawn_reason,withdrawn_by,withdrawn_at,withdrawn_entry_id}'::text[]
           <> to_jsonb(old) - '{withdrawn_on,withdrawn_reason,withdrawn_by,withdrawn_at,withdrawn_entry_id}'::text[]
         or old.withdrawn_on is not null or new.withdrawn_on is null
         or new.withdrawn_by <> app.actor() or new.withdrawn_at <> now() then
        raise exception 'dunning notice % stays as recorded; it is withdrawn once, in the own name', old.id using errcode = 'PL201';
      end if;
      return new;
    end $$;
    create trigger guard before update on dunning_notices for each row execute function app.guard_dunning_notice();

    -- At commit: what a notice asks is what its invoices owe, each level once, and its fee is in the ledger.
    create function app.refuse_unfounded_notice() returns trigger language plpgsql as $$
    declare
      notice dunning_notices;
    begin
      select * into notice from dunning_notices n where n.tenant_id = new.tenant_id and n.id = new.notice_id;
      perform 1 from clients c where c.tenant_id = notice.tenant_id and c.id = notice.client_id for no key update;
      if exists (
           select 1 from dunning_items o join dunning_notices n on n.tenant_id = o.tenant_id and n.id = o.notice_id
            where o.tenant_id = new.tenant_id and o.invoice_id = new.invoice_id and o.id <> new.id
              and o.level >= new.level and n.withdrawn_on is null) then
        raise exception 'invoice % was dunned at level % before', new.invoice_id, new.level using errcode = 'PL200';
      end if;
      if not exists (
           select 1 from invoices i
            where i.tenant_id = new.tenant_id and i.id = new.invoice_id
              and (i.legal_entity_id, i.payer_id, i.currency) = (notice.legal_entity_id, notice.client_id, notice.currency)
              and new.open_minor <= (
                select coalesce(sum(p.amount_minor), 0)
                  from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
                 where e.tenant_id = i.tenant_id and e.invoice_id = i.id and p.account = 'receivable'
                   and e.booked_on <= notice.dunned_on)) then
        raise exception 'dunning notice % asks for more than invoice % owes', notice.id, new.invoice_id using errcode = 'PL202';
      end if;
      return null;
    end $$;
    create constraint trigger founded after insert on dunning_items deferrable initially deferred
      for each row execute function app.refuse_unfounded_notice();

    create function app.refuse_unbooked_notice() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      if not exists (
           select 1 from dunning_items o where o.tenant_id = new.tenant_id and o.notice_id = new.id
           having sum(o.open_minor) = new.total_minor and max(o.level) = new.level) then
        wrong := new.id;
      end if;
      select new.id into wrong
        from (values (new.fee_entry_id, 'late_charged', 1), (new.withdrawn_entry_id, 'late_charge_withdrawn', -1)) x (entry_id, fact, sign)
       where x.entry_id is not null and not exists (
         select 1 from ledger_entries e
           join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'receivable'
           join dunning_items o on o.tenant_id = e.tenant_id and o.notice_id = new.id and o.invoice_id = e.invoice_id
          where e.tenant_id = new.tenant_id and e.id = x.entry_id and e.fact = x.fact and p.amount_minor = x.sign * new.fee_minor
            and (e.legal_entity_id, e.client_id, e.currency) = (new.legal_entity_id, new.client_id, new.currency))
       union all select wrong where wrong is not null limit 1;
      if wrong is not null then
        raise exception 'dunning notice % is not what its invoices and the ledger say', wrong using errcode = 'PL203';
      end if;
      return null;
    end $$;
    create constraint trigger booked after insert or update on dunning_notices deferrable initially deferred
      for each row execute function app.refuse_unbooked_notice();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table dunning_items, dunning_notices, collecting_terms;
    drop function app.guard_dunning_notice, app.refuse_unfounded_notice, app.refuse_unbooked_notice;
    ${forbidValues("ledger_postings", "account", ["late_charges"])}
    ${facts.map((value) => treatNoMore("ledger_entries", "names_its_subjects", value)).join("")}
    ${forbidValues("ledger_entries", "fact", facts)}
  `);
}
