import type { Knex } from "knex";
import { allowValues, forbidValues, treatLike, treatNoMore } from "./isolation/allow-values.ts";
import { inOwnName, isolate } from "./isolation/isolate.ts";

const facts = ["chargeback_opened", "chargeback_won", "chargeback_lost"];

/** Money that payers had their bank take back, and that the firm may answer for until a day. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table chargebacks (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      payment_id      uuid        not null,
      amount_minor    bigint      not null check (amount_minor > 0),
      scheme          text        not null check (scheme in ('card', 'direct_debit')),
      -- What the bank or the card scheme calls the case.
      case_reference  text        not null,
      reason          text        not null,
      opened_on       date        not null,
      -- The last day on which an answer counts, where the legal entity is.
      answer_by       date        not null,
      state           text        not null default 'open' check (state in ('open', 'answered', 'won', 'lost')),
      answered_on     date,
      evidence        text,
      evidence_hash   text        check (evidence_hash ~ '^[0-9a-f]{64}$'),
      decided_on      date,
      decision_reason text,
      recorded_by     uuid        not null default app.actor(),
      recorded_at     timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, scheme, case_reference),
      foreign key (tenant_id, payment_id) references payments (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id),
      constraint answered_in_time check (
        (answered_on is null) = (evidence is null) and (evidence is null) = (evidence_hash is null)
        and answer_by >= opened_on and answered_on between opened_on and answer_by
        and (state <> 'answered' or answered_on is not null) and (state <> 'open' or answered_on is null)),
      constraint decided_with_reason check (
        (decided_on is not null) = (state in ('won', 'lost')) and (decided_on is null) = (decision_reason is null)
        and decided_on >= opened_on)
    );
    create index chargebacks_by_deadline on chargebacks (tenant_id, answer_by, id);
    create index chargebacks_by_payment on chargebacks (tenant_id, payment_id);
    ${isolate("chargebacks", "select, insert, update")}
    ${inOwnName("chargebacks", "recorded_by = (select app.actor()) and recorded_at = now()")}

    create function app.guard_chargeback() returns trigger language plpgsql as $$
    begin
      if to_jsonb(new) - '{state,answered_on,evidence,evidence_hash,decided_on,decision_reason}'::text[]
           <> to_jsonb(old) - '{state,answered_on,evidence,evidence_hash,decided_on,decision_reason}'::text[]
         or (old.state, new.state) not in (('open', 'answered'), ('open', 'won'), ('open', 'lost'), ('answered', 'won'), ('answered', 'lost'))
         or old.answered_on is not null and (new.answered_on, new.evidence, new.evidence_hash)
              is distinct from (old.answered_on, old.evidence, old.evidence_hash) then
        raise exception 'chargeback % stays as it was opened and answered, and is decided once', old.id using errcode = 'PL185';
      end if;
      return new;
    end $$;
    create trigger guard before update on chargebacks for each row execute function app.guard_chargeback();

    -- At commit: what is on the account of chargebacks is what is not decided, and the payment still covers it.
    create function app.refuse_uncovered_chargeback() returns trigger language plpgsql as $$
    declare
      undecided numeric;
      booked    numeric;
      here      numeric;
    begin
      select coalesce(sum(c.amount_minor) filter (where c.state in ('open', 'answered')), 0) into undecided
        from chargebacks c where c.tenant_id = new.tenant_id and c.payment_id = new.payment_id;
      select coalesce(sum(p.amount_minor) filter (where p.account = 'chargebacks'), 0),
             coalesce(-sum(p.amount_minor) filter (where p.account in ('unapplied_cash', 'retainer_liability')), 0) into booked, here
        from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
       where e.tenant_id = new.tenant_id and e.payment_id = new.payment_id;
      if booked <> undecided then
        raise exception 'what payment % lost to chargebacks is not in the ledger as it is', new.payment_id using errcode = 'PL186';
      end if;
      select here + coalesce(sum(a.amount_minor), 0) into here
        from payment_applications a
       where a.tenant_id = new.tenant_id and a.payment_id = new.payment_id and not exists (
         select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id);
      if here < undecided then
        raise exception 'payment % is less than what its chargebacks may take', new.payment_id using errcode = 'PL187';
      end if;
      return null;
    end $$;
    create constraint trigger covered after insert or update on chargebacks deferrable initially deferred
      for each row execute function app.refuse_uncovered_chargeback();
    create constraint trigger disputed after insert on ledger_entries deferrable initially deferred
      for each row when (new.fact in ('chargeback_opened', 'chargeback_won', 'chargeback_lost', 'payment_returned', 'credit_refunded', 'retainer_earned'))
      execute function app.refuse_uncovered_chargeback();

    ${allowValues("ledger_postings", "account", ["chargebacks"])}
    ${allowValues("ledger_entries", "fact", facts)}
    ${facts.map((value) => treatLike("ledger_entries", "names_its_subjects", { value, like: "credit_refunded" })).join("")}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.refuse_uncovered_chargeback cascade;
    drop table chargebacks;
    drop function app.guard_chargeback;
    ${facts.map((value) => treatNoMore("ledger_entries", "names_its_subjects", value)).join("")}
    ${forbidValues("ledger_entries", "fact", facts)}
    ${forbidValues("ledger_postings", "account", ["chargebacks"])}
  `);
}
