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
    begin
      if tg_op = 'INSERT' then
        if new.stage <> 'draft' then
          raise exception 'an invoice starts as a draft, not %', new.stage using errcode = 'PL030';
        end if;
        if new.prepared_by <> app.actor() or new.submitted_by is not null then
          raise exception 'an invoice is prepared in the preparer''s own name' using errcode = 'PL036';
        end if;
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
      if new.content_hash <> old.content_hash and new.content_version <> old.content_version + 1 then
        raise exception 'invoice % has new content under an old version', old.id using errcode = 'PL034';
      end if;
      if new.content_version <> old.content_version and new.stage not in ('draft', 'validation_pending') then
        raise exception 'invoice % changed; its approvals are void', old.id using errcode = 'PL035';
      end if;
      -- New content and every way back start a new round of approvals; nothing else does.
      if new.approval_round <> old.approval_round + (case
           when new.content_version <> old.content_version then 1
           when old.stage in ('validation_pending', 'manager_approved', 'finance_approved')
                and new.stage in ('draft', 'validation_pending') and new.stage <> old.stage then 1
           else 0 end) then
        raise exception 'invoice % must start a new round of approvals', old.id using errcode = 'PL038';
      end if;
      if (new.id, new.kind, new.prepared_by, new.created_at, new.billing_run_id, new.currency, new.legal_entity_id, new.client_id)
         is distinct from
         (old.id, old.kind, old.prepared_by, old.created_at, old.billing_run_id, old.currency, old.legal_entity_id, old.client_id) then
        raise exception 'invoice % keeps who prepared it and for whom', old.id using errcode = 'PL036';
      end if;
      if new.submitted_by is distinct from old.submitted_by
         and (old.stage <> 'draft' or new.stage <> 'validation_pending' or new.submitted_by is distinct from app.actor()) then
        raise exception 'invoice % is submitted in the submitter''s own name', old.id using errcode = 'PL036';
      end if;
      if new.number is distinct from old.number and new.stage <> 'issued' then
        raise exception 'invoice % gets its number when it is issued', old.id using errcode = 'PL039';
      end if;
      -- A gate is passed only with the signatures of this round, on exactly this content.
      if new.stage <> old.stage and new.stage in ('manager_approved', 'finance_approved', 'issued') and not exists (
           select 1 from approvals a where a.tenant_id = new.tenant_id and a.invoice_id = new.id and a.step = 'manager'
             and a.approval_round = new.approval_round and a.content_hash = new.content_hash)
         or new.stage <> old.stage and new.stage in ('finance_approved', 'issued') and not exists (
           select 1 from approvals a where a.tenant_id = new.tenant_id and a.invoice_id = new.id and a.step = 'finance'
             and a.approval_round = new.approval_round and a.content_hash = new.content_hash) then
        raise exception 'invoice % lacks the approvals for %', old.id, new.stage using errcode = 'PL037';
      end if;
      return new;
    end $$;
    create trigger guard before insert or update on invoices for each row execute function app.guard_invoice();

    create function app.guard_approval() returns trigger language plpgsql as $$
    declare
      invoice invoices;
    begin
      select * into invoice from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id;
      if new.actor_id <> app.actor() then
        raise exception 'nobody approves in another name' using errcode = 'PL040';
      end if;
      if new.actor_id in (invoice.prepared_by, invoice.submitted_by) then
        raise exception 'who prepared or submitted invoice % may not approve it', invoice.id using errcode = 'PL041';
      end if;
      if not exists (select 1 from memberships m
                     where m.tenant_id = new.tenant_id and m.id = new.actor_id and m.kind = 'person') then
        raise exception 'only a person approves' using errcode = 'PL042';
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
      select coalesce(sum(net_minor), 0) as net, coalesce(sum(l.minutes), 0) as minutes into lines from invoice_lines l
       where l.tenant_id = tenant and l.invoice_id = invoice and l.content_version = content;
      select coalesce(sum(base_minor), 0) as base, coalesce(sum(tax_minor), 0) as tax into taxes from tax_determinations t
       where t.tenant_id = tenant and t.invoice_id = invoice and t.content_version = content;
      if lines.net <> net or lines.minutes <> total_minutes or taxes.base <> net or taxes.tax <> taxed then
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

    -- Once per statement, so that a later insert cannot unbalance a finished version: all lines of a version come in one
    -- statement after their header, and so do its taxes.
    create function app.check_line_sums() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select i.id into wrong
        from (select distinct tenant_id, invoice_id, content_version from added) a
        join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
        cross join lateral (
          select sum(l.net_minor) as net_minor, sum(l.minutes) as minutes from invoice_lines l
           where l.tenant_id = a.tenant_id and l.invoice_id = a.invoice_id and l.content_version = a.content_version) s
       where i.content_version <> a.content_version or (i.net_minor, i.minutes) is distinct from (s.net_minor, s.minutes)
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
        from (select distinct tenant_id, invoice_id, content_version from added) a
        join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
        cross join lateral (
          select sum(t.base_minor) as base_minor, sum(t.tax_minor) as tax_minor from tax_determinations t
           where t.tenant_id = a.tenant_id and t.invoice_id = a.invoice_id and t.content_version = a.content_version) s
       where i.content_version <> a.content_version or (i.net_minor, i.tax_minor) is distinct from (s.base_minor, s.tax_minor)
       limit 1;
      if wrong is not null then
        raise exception 'invoice % is not the sum of its taxes', wrong using errcode = 'PL052';
      end if;
      return null;
    end $$;
    create trigger taxes_add_up after insert on tax_determinations referencing new table as added
      for each statement execute function app.check_tax_sums();

    create function app.guard_claim() returns trigger language plpgsql as $$
    begin
      if old.released_at is not null or new.released_at is null
         or to_jsonb(new) - 'released_at' <> to_jsonb(old) - 'released_at' then
        raise exception 'a claim is only ever released, once' using errcode = 'PL060';
      end if;
      if exists (select 1 from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
                 where l.tenant_id = old.tenant_id and l.id = old.line_id and i.stage in ('issued', 'posted')) then
        raise exception 'an issued invoice keeps its work' using errcode = 'PL061';
      end if;
      return new;
    end $$;
    create trigger guard before update on claims for each row execute function app.guard_claim();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.guard_invoice, app.guard_approval, app.refuse_unbalanced, app.check_invoice_sums,
      app.check_line_sums, app.check_tax_sums, app.guard_claim cascade;
    drop table app.invoice_moves;
  `);
}
