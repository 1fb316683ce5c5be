import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** What clients owe for being late: rates that somebody publishes, and claims of interest made of the payments. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table base_rates (
      tenant_id    uuid        not null default app.tenant(),
      id           uuid        not null,
      -- Who publishes it, such as bgb-247 or ecb-refinancing.
      name         text        not null,
      starts_on    date        not null,
      basis_points int         not null,
      recorded_by  uuid        not null default app.actor(),
      recorded_at  timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id)
    );
    comment on table base_rates is 'Of several from the same day the one recorded last holds.';
    create index base_rates_by_name on base_rates (tenant_id, name, starts_on, id);
    ${isolate("base_rates", "select, insert")}
    ${inOwnName("base_rates", "recorded_by = (select app.actor()) and recorded_at = now()")}

    create table interest_claims (
      tenant_id          uuid        not null default app.tenant(),
      id                 uuid        not null,
      invoice_id         uuid        not null,
      legal_entity_id    uuid        not null,
      client_id          uuid        not null,
      currency           text        not null check (currency ~ '^[A-Z]{3}$'),
      from_on            date        not null,
      -- The first day that it does not claim for.
      until_on           date        not null,
      interest_minor     bigint      not null check (interest_minor >= 0),
      compensation_minor bigint      not null check (compensation_minor >= 0),
      -- The days, sums and rates that it is made of, and what was agreed.
      lines              jsonb       not null,
      terms              jsonb       not null,
      state              text        not null default 'proposed' check (state in ('proposed', 'charged', 'waived', 'replaced')),
      reason             text,
      entry_id           uuid,
      recorded_by        uuid        not null default app.actor(),
      recorded_at        timestamptz not null default now(),
      decided_by         uuid,
      decided_at         timestamptz,
      primary key (tenant_id, id),
      unique (tenant_id, entry_id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id),
      foreign key (tenant_id, entry_id) references ledger_entries (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id),
      foreign key (tenant_id, decided_by) references memberships (tenant_id, id),
      constraint claims_days check (until_on > from_on),
      constraint claims_something check (interest_minor + compensation_minor > 0),
      constraint charged_is_booked check ((state = 'charged') = (entry_id is not null)),
      constraint waived_with_reason check (state <> 'waived' or reason is not null),
      constraint decided_whole check ((state = 'proposed') = (decided_by is null) and (state = 'proposed') = (decided_at is null))
    );
    create index interest_claims_by_invoice on interest_claims (tenant_id, invoice_id, until_on);
    create index interest_claims_by_state on interest_claims (tenant_id, state, id);
    create unique index one_proposed_claim on interest_claims (tenant_id, invoice_id) where state = 'proposed';
    ${isolate("interest_claims", "select, insert, update")}
    ${inOwnName("interest_claims", "recorded_by = (select app.actor()) and recorded_at = now() and state = 'proposed'")}

    create function app.guard_interest_claim() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' then
        perform 1 from clients c where c.tenant_id = new.tenant_id and c.id = new.client_id for no key update;
        if exists (
             select 1 from interest_claims o
              where o.tenant_id = new.tenant_id and o.invoice_id = new.invoice_id and o.state <> 'replaced'
                and (o.from_on < new.until_on and new.from_on < o.until_on
                     or o.compensation_minor > 0 and new.compensation_minor > 0)) then
          raise exception 'interest on invoice % is claimed twice for a day', new.invoice_id using errcode = 'PL206';
        end if;
      elsif to_jsonb(new) - '{state,reason,entry_id,decided_by,decided_at}'::text[]
              <> to_jsonb(old) - '{state,reason,entry_id,decided_by,decided_at}'::text[]
            or old.state <> 'proposed' or new.decided_by <> app.actor() or new.decided_at <> now() then
        raise exception 'claim % stays as recorded; it is decided once, in the own name', old.id using errcode = 'PL207';
      end if;
      return new;
    end $$;
    create trigger guard before insert or update on interest_claims for each row execute function app.guard_interest_claim();

    -- At commit: a claim is about an invoice of its account, and in the ledger as it is once it is charged.
    create function app.refuse_unbooked_claim() returns trigger language plpgsql as $$
    begin
      if not exists (
           select 1 from invoices i
            where i.tenant_id = new.tenant_id and i.id = new.invoice_id and new.from_on >= i.due_on
              and (i.legal_entity_id, i.payer_id, i.currency) = (new.legal_entity_id, new.client_id, new.currency))
         or new.state = 'charged' and not exists (
           select 1 from ledger_entries e
             join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'receivable'
            where e.tenant_id = new.tenant_id and e.id = new.entry_id and e.fact = 'late_charged'
              and e.invoice_id = new.invoice_id and p.amount_minor = new.interest_minor + new.compensation_minor) then
        raise exception 'claim % is not what its invoice and the ledger say', new.id using errcode = 'PL208';
      end if;
      return null;
    end $$;
    create constraint trigger booked after insert or update on interest_claims deferrable initially deferred
      for each row execute function app.refuse_unbooked_claim();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table interest_claims, base_rates;
    drop function app.guard_interest_claim, app.refuse_unbooked_claim;
  `);
}
