import type { Knex } from "knex";
import { allowValues, forbidValues, treatLike, treatNoMore } from "./isolation/allow-values.ts";
import { inOwnName, isolate } from "./isolation/isolate.ts";

const facts = ["trust_received", "trust_refunded", "trust_transferred"];
const accounts = ["trust_bank", "trust_liability"];

/** Clients' own money, held in trust per matter: in books of its own that never meet the firm's. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${allowValues("ledger_entries", "fact", facts)}
    ${facts.map((value) => treatLike("ledger_entries", "names_its_subjects", { value, like: "debt_written_off" })).join("")}
    ${facts.map((value) => treatLike("ledger_entries", "names_its_subjects", { value, like: "credit_refunded" })).join("")}
    ${allowValues("ledger_postings", "account", accounts)}

    create table trust_entries (
      tenant_id         uuid        not null default app.tenant(),
      id                uuid        not null,
      -- The matter whose money it is.
      engagement_id     uuid        not null,
      kind              text        not null check (kind in ('receipt', 'refund', 'transfer')),
      currency          text        not null check (currency ~ '^[A-Z]{3}$'),
      amount_minor      bigint      not null check (amount_minor > 0),
      booked_on         date        not null,
      reference         text        not null,
      reason            text        not null,
      -- Whose word it rests on: the client's instruction, a court's order.
      authority         text        not null,
      document          text        not null,
      document_sha256   text        not null check (document_sha256 ~ '^[0-9a-f]{64}$'),
      -- What a transfer pays, and the firm's payment that it becomes.
      invoice_id        uuid,
      payment_id        uuid,
      entry_id          uuid        not null,
      recorded_by       uuid        not null default app.actor(),
      recorded_at       timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, entry_id),
      unique (tenant_id, payment_id),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, payment_id) references payments (tenant_id, id),
      foreign key (tenant_id, entry_id) references ledger_entries (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id),
      constraint transfer_is_billed check ((kind = 'transfer') = (invoice_id is not null)
        and (kind = 'transfer') = (payment_id is not null))
    );
    create index trust_by_matter on trust_entries (tenant_id, engagement_id, booked_on);
    ${isolate("trust_entries", "select, insert")}
    ${inOwnName("trust_entries", "recorded_by = (select app.actor()) and recorded_at = now()")}

    -- Clients' money and the firm's never stand in one entry.
    create function app.refuse_mixed_money() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select a.entry_id into wrong
        from added a join ledger_entries e on e.tenant_id = a.tenant_id and e.id = a.entry_id
       where starts_with(a.account, 'trust_') <> starts_with(e.fact, 'trust_') limit 1;
      if wrong is not null then
        raise exception 'ledger entry % mixes money in trust with the firm''s own', wrong using errcode = 'PL146';
      end if;
      return null;
    end $$;
    create trigger unmixed after insert on ledger_postings referencing new table as added
      for each statement execute function app.refuse_mixed_money();

    -- At commit and one after another per matter: never below nothing, and to the firm only what is billed and undisputed.
    create function app.guard_trust() returns trigger language plpgsql as $$
    declare
      held     numeric;
      open     numeric;
      disputed numeric;
    begin
      perform 1 from engagements e where e.tenant_id = new.tenant_id and e.id = new.engagement_id for no key update;
      select sum(case when t.kind = 'receipt' then t.amount_minor else -t.amount_minor end) into held
        from trust_entries t where t.tenant_id = new.tenant_id and t.engagement_id = new.engagement_id;
      if held < 0 then
        raise exception 'matter % would hold less than nothing in trust', new.engagement_id using errcode = 'PL147';
      end if;
      if new.kind = 'transfer' then
        select sum(p.amount_minor) into open
          from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.invoice_id = new.invoice_id and p.account = 'receivable';
        select coalesce(sum(a.residual_minor), 0) into disputed from payment_applications a
         where a.tenant_id = new.tenant_id and a.invoice_id = new.invoice_id and a.residual_kind = 'disputed'
           and not exists (select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id);
        if open is null or open < disputed or not exists (
             select 1 from invoices i
               join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
              where i.tenant_id = new.tenant_id and i.id = new.invoice_id and l.engagement_id = new.engagement_id)
           or not exists (
             select 1 from payment_applications a join payments y on y.tenant_id = a.tenant_id and y.id = a.payment_id
              where a.tenant_id = new.tenant_id and a.payment_id = new.payment_id and a.invoice_id = new.invoice_id
                and a.amount_minor = new.amount_minor and y.amount_minor = new.amount_minor and y.currency = new.currency) then
          raise exception 'transfer % takes more than is billed, open and undisputed', new.id using errcode = 'PL148';
        end if;
      end if;
      if not exists (
           select 1 from ledger_entries e
             join engagements g on g.tenant_id = e.tenant_id and g.id = new.engagement_id
             join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'trust_bank'
            where e.tenant_id = new.tenant_id and e.id = new.entry_id
              and (e.fact, e.currency, e.booked_on, e.legal_entity_id)
                = (case new.kind when 'receipt' then 'trust_received' when 'refund' then 'trust_refunded' else 'trust_transferred' end,
                   new.currency, new.booked_on, g.legal_entity_id)
              and g.currency = new.currency
              and p.amount_minor = case when new.kind = 'receipt' then new.amount_minor else -new.amount_minor end) then
        raise exception 'trust entry % is not in the ledger as it is', new.id using errcode = 'PL149';
      end if;
      return null;
    end $$;
    create constraint trigger kept after insert on trust_entries deferrable initially deferred
      for each row execute function app.guard_trust();
    create function app.refuse_unmattered() returns trigger language plpgsql as $$
    begin
      if not exists (select 1 from trust_entries t where t.tenant_id = new.tenant_id and t.entry_id = new.id) then
        raise exception 'ledger entry % moves trust money of no matter', new.id using errcode = 'PL149';
      end if;
      return null;
    end $$;
    create constraint trigger mattered after insert on ledger_entries deferrable initially deferred
      for each row when (starts_with(new.fact, 'trust_')) execute function app.refuse_unmattered();

    -- What the bank, the ledger and the matters said on a day, held against each other.
    create table trust_reconciliations (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      legal_entity_id uuid        not null,
      currency        text        not null check (currency ~ '^[A-Z]{3}$'),
      looked_on       date        not null,
      statement_minor bigint      not null,
      outstanding     jsonb       not null,
      ledger_minor    bigint      not null,
      matters_minor   bigint      not null,
      differences     jsonb       not null,
      recorded_by     uuid        not null default app.actor(),
      recorded_at     timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id)
    );
    ${isolate("trust_reconciliations", "select, insert")}
    ${inOwnName("trust_reconciliations", "recorded_by = (select app.actor()) and recorded_at = now()")}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.refuse_mixed_money, app.guard_trust, app.refuse_unmattered cascade;
    drop table trust_reconciliations, trust_entries;
    ${forbidValues("ledger_postings", "account", accounts)}
    ${facts.map((value) => treatNoMore("ledger_entries", "names_its_subjects", value)).join("")}
    ${forbidValues("ledger_entries", "fact", facts)}
  `);
}
