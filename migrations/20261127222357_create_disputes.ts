import type { Knex } from "knex";
import { changeFunction } from "./isolation/change-function.ts";
import { inOwnName, isolate } from "./isolation/isolate.ts";

const guardTrust = {
  from: `select coalesce(sum(a.residual_minor), 0) into disputed from payment_applications a
         where a.tenant_id = new.tenant_id and a.invoice_id = new.invoice_id and a.residual_kind = 'disputed'
           and not exists (select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id);`,
  to: "disputed := app.disputed_minor(new.tenant_id, new.invoice_id);",
};

/** What clients object to: which lines and how much of an issued invoice, what was said about it, and how it ended. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table disputes (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      invoice_id      uuid        not null,
      -- The payment that was short by it, where that is how it began.
      application_id  uuid,
      code            text        not null,
      reason          text        not null,
      -- Gross, in the currency of the invoice.
      amount_minor    bigint      not null check (amount_minor > 0),
      -- Who of the client said so.
      raised_by       text,
      opened_on       date        not null,
      state           text        not null default 'open' check (state in ('open', 'acknowledged', 'resolved')),
      acknowledged_at timestamptz,
      acknowledged_by uuid,
      outcome         text        check (outcome in ('upheld', 'compromise', 'rejected', 'withdrawn')),
      root_cause      text,
      resolution      text,
      -- What its credit note gives back, gross; not paid for until that is issued.
      upheld_minor    bigint      check (upheld_minor > 0),
      credit_note_id  uuid,
      resolved_on     date,
      resolved_at     timestamptz,
      resolved_by     uuid,
      recorded_by     uuid        not null default app.actor(),
      recorded_at     timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, application_id) references payment_applications (tenant_id, id),
      foreign key (tenant_id, credit_note_id) references invoices (tenant_id, id),
      foreign key (tenant_id, acknowledged_by) references memberships (tenant_id, id),
      foreign key (tenant_id, resolved_by) references memberships (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id),
      constraint acknowledged_by_somebody check (
        (acknowledged_at is null) = (acknowledged_by is null) and (state <> 'acknowledged' or acknowledged_at is not null)
        and (state <> 'open' or acknowledged_at is null)),
      constraint resolved_with_reason check (
        (state = 'resolved') = (outcome is not null) and (outcome is null) = (root_cause is null)
        and (outcome is null) = (resolution is null) and (outcome is null) = (resolved_on is null)
        and (outcome is null) = (resolved_at is null) and (outcome is null) = (resolved_by is null) and resolved_on >= opened_on),
      constraint credited_as_decided check (
        (credit_note_id is not null) = (upheld_minor is not null)
        and (credit_note_id is not null) = coalesce(outcome in ('upheld', 'compromise'), false)
        and (outcome <> 'upheld' or upheld_minor >= amount_minor) and (outcome <> 'compromise' or upheld_minor < amount_minor))
    );
    create index disputes_by_invoice on disputes (tenant_id, invoice_id);
    create index disputes_open on disputes (tenant_id, id) where state <> 'resolved';
    create index disputes_by_application on disputes (tenant_id, application_id) where application_id is not null;
    ${isolate("disputes", "select, insert, update")}
    ${inOwnName("disputes", "recorded_by = (select app.actor()) and recorded_at = now() and state = 'open'")}

    create table dispute_lines (
      tenant_id  uuid not null default app.tenant(),
      dispute_id uuid not null,
      line_id    uuid not null,
      primary key (tenant_id, dispute_id, line_id),
      foreign key (tenant_id, dispute_id) references disputes (tenant_id, id),
      foreign key (tenant_id, line_id) references invoice_lines (tenant_id, id)
    );
    create index dispute_lines_by_line on dispute_lines (tenant_id, line_id);
    ${isolate("dispute_lines", "select, insert")}

    create table dispute_messages (
      tenant_id     uuid        not null default app.tenant(),
      id            uuid        not null,
      dispute_id    uuid        not null,
      -- Whose words they are; who wrote them down is recorded_by.
      said_by       text        not null check (said_by in ('client', 'firm')),
      body          text        not null check (body <> ''),
      evidence      text,
      evidence_hash text        check (evidence_hash ~ '^[0-9a-f]{64}$'),
      recorded_by   uuid        not null default app.actor(),
      recorded_at   timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, dispute_id) references disputes (tenant_id, id),
      foreign key (tenant_id, recorded_by) references memberships (tenant_id, id),
      check ((evidence is null) = (evidence_hash is null))
    );
    create index dispute_messages_by_dispute on dispute_messages (tenant_id, dispute_id, id);
    ${isolate("dispute_messages", "select, insert")}
    ${inOwnName("dispute_messages", "recorded_by = (select app.actor()) and recorded_at = now()")}

    -- What of an invoice nobody has to pay now: in dispute, or upheld and not credited yet.
    create function app.disputed_minor(tenant uuid, invoice uuid) returns numeric language sql stable as $$
      select coalesce(sum(case when d.state <> 'resolved' then d.amount_minor else d.upheld_minor end), 0)
        from disputes d left join invoices n on n.tenant_id = d.tenant_id and n.id = d.credit_note_id
       where d.tenant_id = tenant and d.invoice_id = invoice
         and (d.state <> 'resolved' or n.number is null and n.stage <> 'discarded')
    $$;

    create function app.guard_dispute() returns trigger language plpgsql as $$
    declare
      changes constant text[] := '{state,acknowledged_at,acknowledged_by,outcome,root_cause,resolution,upheld_minor,credit_note_id,'
        'resolved_on,resolved_at,resolved_by}';
    begin
      if to_jsonb(new) - changes <> to_jsonb(old) - changes
         or (old.state, new.state) not in (('open', 'acknowledged'), ('open', 'resolved'), ('acknowledged', 'resolved'))
         or old.acknowledged_at is not null
            and (new.acknowledged_at, new.acknowledged_by) is distinct from (old.acknowledged_at, old.acknowledged_by)
         or new.acknowledged_at is distinct from old.acknowledged_at and (new.acknowledged_at, new.acknowledged_by) <> (now(), app.actor())
         or new.state = 'resolved' and (new.resolved_at, new.resolved_by) <> (now(), app.actor()) then
        raise exception 'dispute % stays as it was raised, and is decided once, in the own name', old.id using errcode = 'PL260';
      end if;
      if new.credit_note_id is not null and not exists (
           select 1 from invoices n where n.tenant_id = new.tenant_id and n.id = new.credit_note_id and n.kind = 'credit_note'
              and n.corrects = new.invoice_id and n.number is null and n.total_minor = -new.upheld_minor) then
        raise exception 'dispute % names a credit note that does not give back what was decided', old.id using errcode = 'PL263';
      end if;
      return new;
    end $$;
    create trigger guard before update on disputes for each row execute function app.guard_dispute();

    -- At commit, one after another per invoice: only what was issued is disputed, and never more than there is to pay for.
    create function app.refuse_unfit_dispute() returns trigger language plpgsql as $$
    declare
      payable numeric;
    begin
      perform 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id for no key update;
      select i.total_minor + (
               select coalesce(sum(n.total_minor), 0) from invoices n
                where n.tenant_id = i.tenant_id and n.corrects = i.id and n.number is not null) into payable
        from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.issued_on is not null and i.kind <> 'credit_note';
      if payable is null or payable < (
           select sum(d.amount_minor) from disputes d
            where d.tenant_id = new.tenant_id and d.invoice_id = new.invoice_id and d.state <> 'resolved') then
        raise exception 'dispute % is about more than the invoice asks for', new.id using errcode = 'PL261';
      end if;
      return null;
    end $$;
    create constraint trigger fits after insert on disputes deferrable initially deferred
      for each row execute function app.refuse_unfit_dispute();

    create function app.refuse_line_disputed_twice() returns trigger language plpgsql as $$
    begin
      if not exists (
           select 1 from disputes d join invoice_lines l on l.tenant_id = d.tenant_id and l.invoice_id = d.invoice_id
             join invoices i on i.tenant_id = d.tenant_id and i.id = d.invoice_id and i.content_version = l.content_version
            where d.tenant_id = new.tenant_id and d.id = new.dispute_id and d.state = 'open' and l.id = new.line_id)
         or (select count(*) from dispute_lines x join disputes d on d.tenant_id = x.tenant_id and d.id = x.dispute_id
              where x.tenant_id = new.tenant_id and x.line_id = new.line_id and d.state <> 'resolved') > 1 then
        raise exception 'line % is not of the disputed invoice, or in two disputes', new.line_id using errcode = 'PL262';
      end if;
      return null;
    end $$;
    create constraint trigger disputed_once after insert on dispute_lines deferrable initially deferred
      for each row execute function app.refuse_line_disputed_twice();

    -- Short payments that said so, before disputes had rows of their own.
    insert into disputes (tenant_id, id, invoice_id, application_id, code, reason, amount_minor, opened_on, recorded_by)
    select a.tenant_id, a.id, a.invoice_id, a.id, 'short_paid', 'Payment ' || y.reference || ' was short by it', a.residual_minor,
           e.booked_on, e.recorded_by
      from payment_applications a
      join ledger_entries e on e.tenant_id = a.tenant_id and e.id = a.entry_id
      join payments y on y.tenant_id = a.tenant_id and y.id = a.payment_id
     where a.residual_kind = 'disputed'
       and not exists (select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id);

    ${changeFunction("app.guard_trust", guardTrust)}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${changeFunction("app.guard_trust", { from: guardTrust.to, to: guardTrust.from })}
    drop table dispute_messages;
    drop table dispute_lines;
    drop table disputes;
    drop function app.guard_dispute;
    drop function app.refuse_unfit_dispute;
    drop function app.refuse_line_disputed_twice;
    drop function app.disputed_minor;
  `);
}
