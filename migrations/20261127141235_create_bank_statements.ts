import type { Knex } from "knex";
import { allowValues, forbidValues, treatLike, treatNoMore } from "./isolation/allow-values.ts";
import { inOwnName, isolate } from "./isolation/isolate.ts";

const facts = ["payment_returned", "bank_charged"];

/** What banks say happened, and what became of it; money that comes in this way can be taken back by the bank. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table bank_statements (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      legal_entity_id uuid        not null,
      iban            text        not null,
      -- The bank's name for it.
      statement_id    text        not null,
      -- The bank's count of them, where it counts.
      sequence        bigint,
      -- The statement before it on the same account; the first that was taken in has none.
      follows         uuid,
      currency        text        not null check (currency ~ '^[A-Z]{3}$'),
      opening_minor   bigint      not null,
      closing_minor   bigint      not null,
      closed_on       date        not null,
      file_hash       text        not null,
      recorded_by     uuid        not null default app.actor(),
      recorded_at     timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, iban, statement_id),
      unique (tenant_id, follows),
      foreign key (tenant_id, follows) references bank_statements (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id)
    );
    create unique index one_first_statement on bank_statements (tenant_id, iban) where follows is null;
    ${isolate("bank_statements", "select, insert")}
    ${inOwnName("bank_statements", "recorded_by = (select app.actor()) and recorded_at = now()")}

    -- Statements of an account are a chain: each opens with what the one before it closed with.
    create function app.guard_bank_statement() returns trigger language plpgsql as $$
    begin
      if new.follows is not null and not exists (
           select 1 from bank_statements b
            where b.tenant_id = new.tenant_id and b.id = new.follows
              and (b.iban, b.currency, b.legal_entity_id, b.closing_minor) = (new.iban, new.currency, new.legal_entity_id, new.opening_minor)
              and b.closed_on <= new.closed_on) then
        raise exception 'bank statement % does not go on where % ended', new.id, new.follows using errcode = 'PL184';
      end if;
      return new;
    end $$;
    create trigger guard before insert on bank_statements for each row execute function app.guard_bank_statement();

    -- One movement of money with one counterparty; a batch has several under one reference.
    create table bank_entries (
      tenant_id         uuid        not null default app.tenant(),
      id                uuid        not null,
      bank_statement_id uuid        not null,
      entry_reference   text        not null,
      position          int         not null check (position >= 1),
      servicer_reference text,
      -- Positive when money came in.
      amount_minor      bigint      not null check (amount_minor <> 0),
      charges_minor     bigint      not null check (charges_minor >= 0),
      booked_on         date        not null,
      returns           boolean     not null,
      -- The bank's own price, for the account or for what it did.
      fee               boolean     not null,
      return_reason     text,
      counterparty      text,
      counterparty_iban text,
      end_to_end_id     text,
      creditor_references text[]    not null,
      remittance        text        not null,
      state             text        not null check (state in ('settled', 'returned', 'open', 'held', 'aside')),
      -- Why it is where it is, in a sentence.
      because           text        not null,
      -- The payment it became, or the one it took back.
      payment_id        uuid,
      decided_by        uuid        not null default app.actor(),
      decided_at        timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, bank_statement_id, entry_reference, position),
      foreign key (tenant_id, bank_statement_id) references bank_statements (tenant_id, id),
      foreign key (tenant_id, payment_id) references payments (tenant_id, id),
      foreign key (tenant_id, decided_by) references memberships (tenant_id, id),
      constraint payment_when_decided check ((payment_id is not null) = (state in ('settled', 'returned')))
    );
    create index bank_entries_by_state on bank_entries (tenant_id, state, id);
    create index bank_entries_by_end_to_end on bank_entries (tenant_id, end_to_end_id) where end_to_end_id is not null;
    create index bank_entries_by_iban on bank_entries (tenant_id, counterparty_iban) where counterparty_iban is not null;
    create index bank_entries_by_servicer on bank_entries (tenant_id, servicer_reference) where servicer_reference is not null;
    create unique index one_payment_per_entry on bank_entries (tenant_id, payment_id, state) where payment_id is not null;
    ${isolate("bank_entries", "select, insert, update")}

    create function app.guard_bank_entry() returns trigger language plpgsql as $$
    begin
      if to_jsonb(new) - '{state,because,payment_id,decided_by,decided_at}'::text[]
           <> to_jsonb(old) - '{state,because,payment_id,decided_by,decided_at}'::text[]
         or old.state not in ('open', 'held') or new.decided_by <> app.actor() or new.decided_at <> now() then
        raise exception 'bank entry % says what the bank said, and is decided once, in the own name', old.id using errcode = 'PL181';
      end if;
      return new;
    end $$;
    create trigger guard before update on bank_entries for each row execute function app.guard_bank_entry();

    -- At commit: the entries lead from the opening to the closing balance.
    create function app.refuse_unbalanced_statement() returns trigger language plpgsql as $$
    begin
      if exists (
           select 1 from bank_statements s
            where s.tenant_id = new.tenant_id and s.id = new.bank_statement_id and s.closing_minor - s.opening_minor <> (
              select coalesce(sum(b.amount_minor), 0) from bank_entries b
               where b.tenant_id = s.tenant_id and b.bank_statement_id = s.id)) then
        raise exception 'the entries of bank statement % do not make its closing balance', new.bank_statement_id using errcode = 'PL182';
      end if;
      return null;
    end $$;
    create constraint trigger balanced after insert on bank_entries deferrable initially deferred
      for each row execute function app.refuse_unbalanced_statement();

    -- At commit: a settled entry became a payment of its amount; a returned one took a payment back, in the ledger too.
    create function app.refuse_unbooked_bank_entry() returns trigger language plpgsql as $$
    begin
      if not exists (
           select 1 from payments y join bank_statements s on s.tenant_id = y.tenant_id and s.id = new.bank_statement_id
            where y.tenant_id = new.tenant_id and y.id = new.payment_id
              and (y.legal_entity_id, y.currency) = (s.legal_entity_id, s.currency)
              and (new.state = 'settled' and y.amount_minor = new.amount_minor
                   or new.state = 'returned' and exists (
                     select 1 from ledger_entries e
                      where e.tenant_id = y.tenant_id and e.payment_id = y.id and e.fact = 'payment_returned'))) then
        raise exception 'bank entry % is not in the ledger as it is', new.id using errcode = 'PL183';
      end if;
      return null;
    end $$;
    create constraint trigger booked after insert or update on bank_entries deferrable initially deferred
      for each row when (new.payment_id is not null) execute function app.refuse_unbooked_bank_entry();

    ${allowValues("ledger_entries", "fact", facts)}
    ${facts.map((value) => treatLike("ledger_entries", "names_its_subjects", { value, like: "credit_refunded" })).join("")}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table bank_entries, bank_statements;
    drop function app.guard_bank_statement, app.guard_bank_entry, app.refuse_unbalanced_statement, app.refuse_unbooked_bank_entry;
    ${facts.map((value) => treatNoMore("ledger_entries", "names_its_subjects", value)).join("")}
    ${forbidValues("ledger_entries", "fact", facts)}
  `);
}
