import type { Knex } from "knex";
import { allowValues, forbidValues, treatLike, treatNoMore } from "./isolation/allow-values.ts";
import { inOwnName, isolate } from "./isolation/isolate.ts";

const facts = ["withholding_certified", "withholding_uncertified"];

/** Papers by which clients prove that tax they kept was paid to the tax office on the firm's account. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table withholding_certificates (
      tenant_id        uuid        not null default app.tenant(),
      id               uuid        not null,
      legal_entity_id  uuid        not null,
      client_id        uuid        not null,
      currency         text        not null check (currency ~ '^[A-Z]{3}$'),
      amount_minor     bigint      not null check (amount_minor > 0),
      number           text        not null,
      issued_on        date        not null,
      evidence         text,
      evidence_hash    text        check (evidence_hash ~ '^[0-9a-f]{64}$'),
      withdrawn_on     date,
      withdrawn_reason text,
      recorded_by      uuid        not null default app.actor(),
      recorded_at      timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id),
      constraint evidence_is_whole check ((evidence is null) = (evidence_hash is null)),
      constraint withdrawn_with_reason check ((withdrawn_on is null) = (withdrawn_reason is null))
    );
    create unique index one_certificate_per_number on withholding_certificates (tenant_id, legal_entity_id, client_id, number)
      where withdrawn_on is null;
    create index withholding_certificates_by_client on withholding_certificates (tenant_id, client_id, id);
    ${isolate("withholding_certificates", "select, insert, update")}
    ${inOwnName("withholding_certificates", "recorded_by = (select app.actor()) and recorded_at = now()")}

    -- What of a certificate is for which invoice.
    create table certified_withholdings (
      tenant_id      uuid   not null default app.tenant(),
      id             uuid   not null,
      certificate_id uuid   not null,
      invoice_id     uuid   not null,
      amount_minor   bigint not null check (amount_minor > 0),
      primary key (tenant_id, id),
      unique (tenant_id, certificate_id, invoice_id),
      foreign key (tenant_id, certificate_id) references withholding_certificates (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
    );
    create index certified_by_invoice on certified_withholdings (tenant_id, invoice_id);
    ${isolate("certified_withholdings", "select, insert")}

    create index ledger_withheld on ledger_postings (tenant_id, entry_id) where account in ('withholding_tax', 'withholding_certified');

    create function app.guard_certificate() returns trigger language plpgsql as $$
    begin
      if to_jsonb(new) - '{withdrawn_on,withdrawn_reason}'::text[] <> to_jsonb(old) - '{withdrawn_on,withdrawn_reason}'::text[]
         or old.withdrawn_on is not null or new.withdrawn_on is null then
        raise exception 'certificate % stays as it was recorded, and is withdrawn once', old.id using errcode = 'PL188';
      end if;
      return new;
    end $$;
    create trigger guard before update on withholding_certificates for each row execute function app.guard_certificate();

    -- At commit: the parts of a certificate are the whole of it.
    create function app.refuse_partial_certificate() returns trigger language plpgsql as $$
    declare
      certificate uuid := case when tg_table_name = 'withholding_certificates' then new.id else (to_jsonb(new) ->> 'certificate_id')::uuid end;
    begin
      if exists (
           select 1 from withholding_certificates c
            where c.tenant_id = new.tenant_id and c.id = certificate and c.amount_minor <> (
              select coalesce(sum(w.amount_minor), 0) from certified_withholdings w
               where w.tenant_id = c.tenant_id and w.certificate_id = c.id)) then
        raise exception 'the parts of certificate % are not the whole of it', certificate using errcode = 'PL188';
      end if;
      return null;
    end $$;
    create constraint trigger whole after insert on withholding_certificates deferrable initially deferred
      for each row execute function app.refuse_partial_certificate();
    create constraint trigger whole after insert on certified_withholdings deferrable initially deferred
      for each row execute function app.refuse_partial_certificate();

    -- At commit: the ledger has on an invoice what certificates prove of it, and none proves more than was withheld by then.
    create function app.refuse_unbooked_certificate(tenant uuid, invoice uuid) returns void language plpgsql as $$
    declare
      proven numeric;
      booked numeric;
    begin
      select coalesce(sum(w.amount_minor), 0) into proven
        from certified_withholdings w
        join withholding_certificates c on c.tenant_id = w.tenant_id and c.id = w.certificate_id and c.withdrawn_on is null
       where w.tenant_id = tenant and w.invoice_id = invoice;
      select coalesce(sum(p.amount_minor), 0) into booked
        from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
       where e.tenant_id = tenant and e.invoice_id = invoice and p.account = 'withholding_certified';
      if proven <> booked then
        raise exception 'what certificates prove of invoice % is not in the ledger as it is', invoice using errcode = 'PL189';
      end if;
    end $$;
    create function app.guard_certified_part() returns trigger language plpgsql as $$
    begin
      perform app.refuse_unbooked_certificate(new.tenant_id, new.invoice_id);
      return null;
    end $$;
    create function app.guard_certified_entry() returns trigger language plpgsql as $$
    declare
      withheld numeric;
    begin
      perform app.refuse_unbooked_certificate(new.tenant_id, new.invoice_id);
      select sum(p.amount_minor) into withheld
        from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
       where e.tenant_id = new.tenant_id and e.invoice_id = new.invoice_id and p.account = 'withholding_tax';
      if new.fact = 'withholding_certified' and withheld < 0 then
        raise exception 'more is proven of invoice % than was withheld', new.invoice_id using errcode = 'PL189';
      end if;
      return null;
    end $$;
    create function app.guard_withdrawal() returns trigger language plpgsql as $$
    begin
      perform app.refuse_unbooked_certificate(w.tenant_id, w.invoice_id) from certified_withholdings w
        where w.tenant_id = new.tenant_id and w.certificate_id = new.id;
      return null;
    end $$;
    create constraint trigger booked after insert on certified_withholdings deferrable initially deferred
      for each row execute function app.guard_certified_part();
    create constraint trigger certified after insert on ledger_entries deferrable initially deferred
      for each row when (new.fact in ('withholding_certified', 'withholding_uncertified')) execute function app.guard_certified_entry();
    create constraint trigger withdrawn after update on withholding_certificates deferrable initially deferred
      for each row execute function app.guard_withdrawal();

    ${allowValues("ledger_postings", "account", ["withholding_certified"])}
    ${allowValues("ledger_entries", "fact", facts)}
    ${facts.map((value) => treatLike("ledger_entries", "names_its_subjects", { value, like: "debt_written_off" })).join("")}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index ledger_withheld;
    drop function app.guard_certified_entry cascade;
    drop table certified_withholdings, withholding_certificates;
    drop function app.guard_certificate, app.refuse_partial_certificate, app.guard_certified_part, app.guard_withdrawal,
      app.refuse_unbooked_certificate;
    ${facts.map((value) => treatNoMore("ledger_entries", "names_its_subjects", value)).join("")}
    ${forbidValues("ledger_entries", "fact", facts)}
    ${forbidValues("ledger_postings", "account", ["withholding_certified"])}
  `);
}
