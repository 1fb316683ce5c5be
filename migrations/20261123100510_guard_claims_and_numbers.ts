import type { Knex } from "knex";

/** Work is taken once and whole, numbers are used as they are taken, and what is issued is frozen at once. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function app.guard_new_claims() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select a.id into wrong from added a where a.released_at is not null limit 1;
      if wrong is not null then
        raise exception 'claim % is released before it is made', wrong using errcode = 'PL060';
      end if;
      select i.id into wrong
        from (select distinct tenant_id, line_id from added where line_id is not null) a
        join invoice_lines l on l.tenant_id = a.tenant_id and l.id = a.line_id
        join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
       where i.stage not in ('draft', 'validation_pending') or i.content_version <> l.content_version
       limit 1;
      if wrong is not null then
        raise exception 'invoice % takes no more work under these lines', wrong using errcode = 'PL062';
      end if;
      -- Until caps and payers divide work: whole, so that no minute is billed twice or lost.
      select a.work_item_id into wrong
        from added a
        join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
       where a.share <> 0 or a.minutes <> w.minutes
       limit 1;
      if wrong is not null then
        raise exception 'work item % is taken whole', wrong using errcode = 'PL064';
      end if;
      return null;
    end $$;
    create trigger guard_new after insert on claims referencing new table as added
      for each statement execute function app.guard_new_claims();

    create function app.guard_claim() returns trigger language plpgsql as $$
    begin
      if old.released_at is not null or new.released_at is null
         or to_jsonb(new) - 'released_at' <> to_jsonb(old) - 'released_at' then
        raise exception 'a claim is only ever released, once' using errcode = 'PL060';
      end if;
      return new;
    end $$;
    create trigger guard before update on claims for each row execute function app.guard_claim();

    -- At commit, because work is released and its invoice revised or given up in either order.
    create function app.refuse_unbacked_lines() returns trigger language plpgsql as $$
    begin
      if exists (select 1 from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
                 where l.tenant_id = new.tenant_id and l.id = new.line_id
                   and l.content_version = i.content_version and i.stage <> 'discarded') then
        raise exception 'claim % is still billed by its invoice', new.id using errcode = 'PL061';
      end if;
      return null;
    end $$;
    create constraint trigger kept after update on claims deferrable initially deferred
      for each row execute function app.refuse_unbacked_lines();

    create function app.refuse_held_work() returns trigger language plpgsql as $$
    begin
      if exists (select 1 from invoice_lines l join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id
                 where l.tenant_id = new.tenant_id and l.invoice_id = new.id and c.released_at is null
                   and (new.stage = 'discarded' or l.content_version < new.content_version)) then
        raise exception 'invoice % holds work that it no longer bills', new.id using errcode = 'PL063';
      end if;
      return null;
    end $$;
    create constraint trigger released after update of stage, content_version on invoices deferrable initially deferred
      for each row when (new.content_version <> old.content_version or new.stage = 'discarded' and old.stage <> 'discarded')
      execute function app.refuse_held_work();

    create function app.refuse_gaps() returns trigger language plpgsql as $$
    begin
      if new.next_number - old.next_number <> (
           select count(*) from invoices i where i.tenant_id = new.tenant_id and i.series_id = new.id
             and i.number >= old.next_number and i.number < new.next_number) then
        raise exception 'number series % gave numbers that no invoice has', new.id using errcode = 'PL022';
      end if;
      return null;
    end $$;
    create constraint trigger no_gaps after update of next_number on number_series deferrable initially deferred
      for each row when (new.next_number <> old.next_number) execute function app.refuse_gaps();

    create function app.refuse_unfrozen() returns trigger language plpgsql as $$
    begin
      if not exists (select 1 from invoice_snapshots s, cast(s.snapshot as jsonb) said
                     where s.tenant_id = new.tenant_id and s.invoice_id = new.id
                       and said ->> 'number' = new.number_text and said ->> 'netMinor' = new.net_minor::text
                       and said ->> 'taxMinor' = new.tax_minor::text and said ->> 'totalMinor' = new.total_minor::text) then
        raise exception 'invoice % is issued without a snapshot that says the same', new.id using errcode = 'PL053';
      end if;
      return null;
    end $$;
    create constraint trigger frozen after update of stage on invoices deferrable initially deferred
      for each row when (new.stage = 'issued' and old.stage <> 'issued') execute function app.refuse_unfrozen();

    create function app.refuse_early_snapshot() returns trigger language plpgsql as $$
    begin
      if not exists (select 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id
                       and i.stage in ('issued', 'posted')) then
        raise exception 'invoice % is frozen when it is issued', new.invoice_id using errcode = 'PL053';
      end if;
      return null;
    end $$;
    create constraint trigger issued after insert on invoice_snapshots deferrable initially deferred
      for each row execute function app.refuse_early_snapshot();

    create function app.refuse_early_document() returns trigger language plpgsql as $$
    begin
      if not exists (select 1 from invoice_snapshots s where s.tenant_id = new.tenant_id and s.invoice_id = new.invoice_id) then
        raise exception 'invoice % has no snapshot to render', new.invoice_id using errcode = 'PL054';
      end if;
      return new;
    end $$;
    create trigger issued before insert on documents for each row execute function app.refuse_early_document();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.guard_new_claims, app.guard_claim, app.refuse_unbacked_lines, app.refuse_held_work, app.refuse_gaps,
      app.refuse_unfrozen, app.refuse_early_snapshot, app.refuse_early_document cascade;
  `);
}
