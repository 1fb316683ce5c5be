import type { Knex } from "knex";

/**
 * What the database refuses whatever the code forgets: illegal moves, changed content after issue, totals that are not
 * the sum of their lines, and one person in two duties. The table of moves is fed from domain/invoice/lifecycle.ts after
 * each migration.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table app.invoice_moves (
      from_stage text not null,
      to_stage   text not null,
      primary key (from_stage, to_stage)
    );
    grant select on app.invoice_moves to plumb_app;

    create function app.guard_invoice() returns trigger language plpgsql as $$
    declare
      -- What changes without being new content. All else is what people approve.
      moving constant text[] := array['stage', 'stage_since', 'version', 'content_version', 'content_hash', 'content_by',
        'approval_round', 'bundle_hash', 'submitted_by', 'series_id', 'number', 'number_text', 'issued_on', 'due_on', 'issued_at'];
      revised boolean;
      back    boolean;
    begin
      if tg_op = 'INSERT' then
        if new.stage <> 'draft' or (new.version, new.content_version, new.approval_round) <> (1, 1, 1) or new.due_on is not null then
          raise exception 'an invoice starts as a draft, not %', new.stage using errcode = 'PL030';
        end if;
        if new.prepared_by <> app.actor() or new.submitted_by is not null then
          raise exception 'an invoice is prepared in the preparer''s own name' using errcode = 'PL036';
        end if;
        new.content_by := new.prepared_by;
        return new;
      end if;
      if new.version <> old.version + 1 then
        raise exception 'invoice % was changed by someone else', old.id using errcode = 'PL031';
      end if;
      if old.stage in ('issued', 'posted', 'discarded')
         and to_jsonb(new) - array['stage', 'stage_since', 'version'] <> to_jsonb(old) - array['stage', 'stage_since', 'version'] then
        raise exception 'invoice % is % and never changes again', old.id, old.stage using errcode = 'PL032';
      end if;
      if new.stage <> old.stage
         and not exists (select 1 from app.invoice_moves where from_stage = old.stage and to_stage = new.stage) then
        raise exception 'invoice % cannot go from % to %', old.id, old.stage, new.stage using errcode = 'PL033';
      end if;
      if (new.id, new.kind, new.prepared_by, new.created_at, new.billing_run_id, new.currency, new.legal_entity_id, new.client_id)
         is distinct from
         (old.id, old.kind, old.prepared_by, old.created_at, old.billing_run_id, old.currency, old.legal_entity_id, old.client_id) then
        raise exception 'invoice % keeps who prepared it and for whom', old.id using errcode = 'PL036';
      end if;
      revised := new.content_version = old.content_version + 1;
      back := new.stage <> old.stage and old.stage <> 'draft' and new.stage in ('draft', 'validation_pending');
      if not revised and ((new.content_version, new.content_hash) <> (old.content_version, old.content_hash)
                          or to_jsonb(new) - moving <> to_jsonb(old) - moving) then
        raise exception 'invoice % has new content under an old version', old.id using errcode = 'PL034';
      end if;
      if revised and new.stage not in ('draft', 'validation_pending') then
        raise exception 'invoice % changed; its approvals are void', old.id using errcode = 'PL035';
      end if;
      -- New content and every way back start a new round of approvals; nothing else does.
      if new.approval_round <> old.approval_round + (revised or back)::int then
        raise exception 'invoice % must start a new round of approvals', old.id using errcode = 'PL038';
      end if;
      new.content_by := case when revised then app.actor() else old.content_by end;
      if old.stage = 'draft' and new.stage = 'validation_pending' then
        if new.submitted_by is distinct from app.actor() then
          raise exception 'invoice % is submitted in the submitter''s own name', old.id using errcode = 'PL036';
        end if;
      elsif new.submitted_by is distinct from old.submitted_by then
        raise exception 'invoice % keeps who submitted it', old.id using errcode = 'PL036';
      end if;
      if old.stage <> 'issued' and new.stage = 'issued' then
        -- Taken from a series of its own entity; that nothing taken stays unused is asked of the series at commit.
        if not exists (select 1 from number_series s where s.tenant_id = new.tenant_id and s.id = new.series_id
                         and s.legal_entity_id = new.legal_entity_id and s.kind = new.kind
                         and new.number >= 1 and new.number < s.next_number) then
          raise exception 'invoice % has a number that its series did not give', old.id using errcode = 'PL039';
        end if;
      elsif (new.series_id, new.number, new.number_text, new.issued_on, new.due_on, new.issued_at) is distinct from
            (old.series_id, old.number, old.number_text, old.issued_on, old.due_on, old.issued_at) then
        raise exception 'invoice % gets its number when it is issued', old.id using errcode = 'PL039';
      end if;
      if new.stage <> old.stage and new.stage in ('manager_approved', 'finance_approved', 'issued') then
        perform app.refuse_unapproved(new);
      end if;
      return new;
    end $$;

    -- A gate is passed only with the signatures of this round, on exactly this content, by people who had no hand in it.
    create function app.refuse_unapproved(invoice invoices) returns void language plpgsql stable as $$
    declare
      wanted constant text[] := case when invoice.stage = 'manager_approved' then '{manager}' else '{manager,finance}' end;
      given  int;
    begin
      select count(*) into given from approvals a
       where a.tenant_id = invoice.tenant_id and a.invoice_id = invoice.id and a.step = any (wanted)
         and a.approval_round = invoice.approval_round and a.content_hash = invoice.content_hash
         and a.actor_id not in (invoice.prepared_by, invoice.content_by, invoice.submitted_by);
      if given <> cardinality(wanted) then
        raise exception 'invoice % lacks the approvals for %', invoice.id, invoice.stage using errcode = 'PL037';
      end if;
      if exists (select 1 from exceptions x where x.tenant_id = invoice.tenant_id and x.invoice_id = invoice.id
                   and x.severity = 'block' and x.state = 'open') then
        raise exception 'invoice % has an open blocking exception', invoice.id using errcode = 'PL045';
      end if;
    end $$;
    create trigger guard before insert or update on invoices for each row execute function app.guard_invoice();

    create function app.guard_approval() returns trigger language plpgsql as $$
    declare
      invoice invoices;
    begin
      select * into invoice from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id;
      if new.actor_id <> app.actor() or new.decided_at <> now() then
        raise exception 'nobody approves in another name, or at another time' using errcode = 'PL040';
      end if;
      if new.actor_id in (invoice.prepared_by, invoice.content_by, invoice.submitted_by) then
        raise exception 'who wrote or submitted invoice % may not approve it', invoice.id using errcode = 'PL041';
      end if;
      if not exists (select 1 from memberships m
                     where m.tenant_id = new.tenant_id and m.id = new.actor_id and m.kind = 'person') then
        raise exception 'only a person approves' using errcode = 'PL042';
      end if;
      if (new.step, invoice.stage) not in (('manager', 'validation_pending'), ('finance', 'manager_approved')) then
        raise exception 'invoice % is at %, where % does not sign', invoice.id, invoice.stage, new.step using errcode = 'PL044';
      end if;
      if (new.approval_round, new.content_hash) is distinct from (invoice.approval_round, invoice.content_hash) then
        raise exception 'invoice % changed since it was looked at', invoice.id using errcode = 'PL043';
      end if;
      return new;
    end $$;
    create trigger guard before insert on approvals for each row execute function app.guard_approval();

    create function app.refuse_unbalanced(tenant uuid, invoice uuid, content int, net bigint, taxed bigint, total_minutes bigint)
    returns void language plpgsql stable as $$
    declare
      lines  record;
      taxes  record;
    begin
      select count(*) as pieces, coalesce(sum(net_minor), 0) as net, coalesce(sum(l.minutes), 0) as minutes into lines from invoice_lines l
       where l.tenant_id = tenant and l.invoice_id = invoice and l.content_version = content;
      select coalesce(sum(base_minor), 0) as base, coalesce(sum(tax_minor), 0) as tax into taxes from tax_determinations t
       where t.tenant_id = tenant and t.invoice_id = invoice and t.content_version = content;
      if lines.pieces = 0 or lines.net <> net or lines.minutes <> total_minutes or taxes.base <> net or taxes.tax <> taxed then
        raise exception 'invoice % says net % tax %, its lines % and taxes % on %',
          invoice, net, taxed, lines.net, taxes.tax, taxes.base using errcode = 'PL050';
      end if;
    end $$;

    create function app.check_invoice_sums() returns trigger language plpgsql as $$
    begin
      perform app.refuse_unbalanced(new.tenant_id, new.id, new.content_version, new.net_minor, new.tax_minor, new.minutes);
      return null;
    end $$;
    create constraint trigger sums_insert after insert on invoices
      deferrable initially deferred for each row execute function app.check_invoice_sums();
    create constraint trigger sums_update after update of net_minor, tax_minor, minutes, content_version on invoices
      deferrable initially deferred for each row execute function app.check_invoice_sums();

    -- Once per statement: all lines of a version come in one statement after their header, and so do its taxes. A later
    -- one is refused whatever it adds up to, or a line of nothing could be put on an issued invoice.
    create function app.check_line_sums() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select i.id into wrong
        from (select tenant_id, invoice_id, content_version, count(*) as pieces from added group by 1, 2, 3) a
        join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
        cross join lateral (
          select count(*) as pieces, sum(l.net_minor) as net_minor, sum(l.minutes) as minutes from invoice_lines l
           where l.tenant_id = a.tenant_id and l.invoice_id = a.invoice_id and l.content_version = a.content_version) s
       where i.content_version <> a.content_version or i.stage not in ('draft', 'validation_pending') or s.pieces <> a.pieces
          or (i.net_minor, i.minutes) is distinct from (s.net_minor, s.minutes)
       limit 1;
      if wrong is not null then
        raise exception 'invoice % is not the sum of its lines', wrong using errcode = 'PL051';
      end if;
      return null;
    end $$;
    create trigger lines_add_up after insert on invoice_lines referencing new table as added
      for each statement execute function app.check_line_sums();

    create function app.check_tax_sums() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select i.id into wrong
        from (select tenant_id, invoice_id, content_version, count(*) as pieces from added group by 1, 2, 3) a
        join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
        cross join lateral (
          select count(*) as pieces, sum(t.base_minor) as base_minor, sum(t.tax_minor) as tax_minor from tax_determinations t
           where t.tenant_id = a.tenant_id and t.invoice_id = a.invoice_id and t.content_version = a.content_version) s
       where i.content_version <> a.content_version or i.stage not in ('draft', 'validation_pending') or s.pieces <> a.pieces
          or (i.net_minor, i.tax_minor) is distinct from (s.base_minor, s.tax_minor)
       limit 1;
      if wrong is not null then
        raise exception 'invoice % is not the sum of its taxes', wrong using errcode = 'PL052';
      end if;
      return null;
    end $$;
    create trigger taxes_add_up after insert on tax_determinations referencing new table as added
      for each statement execute function app.check_tax_sums();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.guard_invoice, app.refuse_unapproved, app.guard_approval, app.refuse_unbalanced,
      app.check_invoice_sums, app.check_line_sums, app.check_tax_sums cascade;
    drop table app.invoice_moves;
  `);
}
