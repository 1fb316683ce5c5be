import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/** Hours that are bought for a period and drawn down by time, and the sums that are due for each period. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table period_fees (
      tenant_id     uuid not null default app.tenant(),
      id            uuid not null,
      version       int  not null,
      engagement_id uuid not null,
      kind          text not null check (kind in ('hour_bucket')),
      -- What the fee is for; open when it is paid once and for all.
      starts_on     date not null,
      ends_on       date check (ends_on > starts_on),
      minutes       int  check (minutes > 0),
      primary key (tenant_id, id, version),
      -- Two runs that race cannot make the same period twice.
      unique (tenant_id, engagement_id, kind, starts_on, version),
      foreign key (tenant_id, id, version) references work_items (tenant_id, id, version),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      constraint bucket_has_minutes check ((kind = 'hour_bucket') = (minutes is not null))
    );
    ${isolate("period_fees", "select, insert")}

    create table hour_buckets (
      tenant_id     uuid not null default app.tenant(),
      -- That of the work item which bills it.
      id            uuid not null,
      engagement_id uuid not null,
      starts_on     date not null,
      -- First day that is no longer in its own period; open when it is bought once.
      ends_on       date check (ends_on > starts_on),
      -- First day whose time it no longer covers; open when it never expires.
      expires_on    date check (expires_on > starts_on),
      minutes       int  not null check (minutes >= 0),
      -- How much of it may cover time after its own period.
      carry_max     int  not null check (carry_max >= 0),
      -- Drawn by time, and what of that was carried over. Only the trigger of bucket_draws writes them.
      used          int  not null default 0 check (used >= 0),
      carried       int  not null default 0 check (carried between 0 and used),
      primary key (tenant_id, id),
      unique (tenant_id, engagement_id, starts_on),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      constraint never_overdrawn check (used <= minutes),
      constraint never_carried_beyond check (carried <= carry_max)
    );
    ${isolate("hour_buckets", "select, insert")}
    grant update (ends_on, expires_on, minutes, carry_max, used, carried) on hour_buckets to plumb_app;

    -- A claim that a bucket covers: reserved with the draft that shows it, consumed when that is issued. Where no invoice
    -- shows it, it is consumed at once.
    create table bucket_draws (
      tenant_id       uuid    not null default app.tenant(),
      claim_id        uuid    not null,
      bucket_id       uuid    not null,
      -- As increments made them, which is what the client bought.
      minutes         int     not null check (minutes > 0),
      carried         boolean not null,
      invoice_id      uuid,
      content_version int,
      state           text    not null check (state in ('reserved', 'consumed', 'released')),
      primary key (tenant_id, claim_id),
      foreign key (tenant_id, claim_id) references claims (tenant_id, id),
      foreign key (tenant_id, bucket_id) references hour_buckets (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      constraint draft_is_named check ((invoice_id is null) = (content_version is null)
        and (invoice_id is not null or state = 'consumed'))
    );
    create index draws_by_invoice on bucket_draws (tenant_id, invoice_id) where invoice_id is not null;
    create index draws_by_bucket on bucket_draws (tenant_id, bucket_id);
    ${isolate("bucket_draws", "select, insert")}
    grant update (state) on bucket_draws to plumb_app;

    -- The row of the bucket is locked by being counted, so that of two who take the last of it one waits and then fails.
    create function app.count_draws() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select a.claim_id into wrong
        from added a
        join claims c on c.tenant_id = a.tenant_id and c.id = a.claim_id
        join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
        join hour_buckets b on b.tenant_id = a.tenant_id and b.id = a.bucket_id
       where c.outcome is distinct from 'covered' or c.released_at is not null or c.minutes > a.minutes
          or w.engagement_id <> b.engagement_id or w.worked_on < b.starts_on or w.worked_on >= b.expires_on
          or a.carried <> coalesce(w.worked_on >= b.ends_on, false)
       limit 1;
      if wrong is not null then
        raise exception 'claim % is not what the hour bucket covers', wrong using errcode = 'PL142';
      end if;
      select a.claim_id into wrong from added a where (a.invoice_id is null) <> (a.state = 'consumed') limit 1;
      if wrong is not null then
        raise exception 'the draw of claim % begins as a reservation of its draft', wrong using errcode = 'PL140';
      end if;
      update hour_buckets b set used = b.used + d.minutes, carried = b.carried + d.carried
        from (select tenant_id, bucket_id, sum(minutes) as minutes,
                     coalesce(sum(minutes) filter (where carried), 0) as carried from added group by 1, 2) d
       where b.tenant_id = d.tenant_id and b.id = d.bucket_id;
      return null;
    end $$;
    create trigger counted after insert on bucket_draws referencing new table as added
      for each statement execute function app.count_draws();

    create function app.settle_draws() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select o.claim_id into wrong from before o where o.state <> 'reserved' limit 1;
      if wrong is not null then
        raise exception 'the draw of claim % is settled and stays so', wrong using errcode = 'PL140';
      end if;
      update hour_buckets b set used = b.used - d.minutes, carried = b.carried - d.carried
        from (select tenant_id, bucket_id, sum(minutes) as minutes,
                     coalesce(sum(minutes) filter (where carried), 0) as carried
                from settled where state = 'released' group by 1, 2) d
       where b.tenant_id = d.tenant_id and b.id = d.bucket_id;
      return null;
    end $$;
    create trigger settled after update on bucket_draws referencing old table as before new table as settled
      for each statement execute function app.settle_draws();

    -- Nobody writes what is used but the triggers above, which run one level deeper.
    create function app.guard_bucket() returns trigger language plpgsql as $$
    begin
      if (new.used, new.carried) <> (old.used, old.carried) and pg_trigger_depth() < 2 then
        raise exception 'what hour bucket % has used is counted, not written', old.id using errcode = 'PL141';
      end if;
      return new;
    end $$;
    create trigger guard before update on hour_buckets for each row execute function app.guard_bucket();

    -- At commit: a draw and its claim are given back together, in either order.
    create function app.refuse_parted_draws() returns trigger language plpgsql as $$
    begin
      if exists (
           select 1 from bucket_draws d
             join claims c on c.tenant_id = d.tenant_id and c.id = d.claim_id
            where d.tenant_id = new.tenant_id and d.claim_id = (to_jsonb(new) ->> tg_argv[0])::uuid
              and (d.state = 'released') <> (c.released_at is not null)) then
        raise exception 'claim % and its draw on an hour bucket are given back together',
          to_jsonb(new) ->> tg_argv[0] using errcode = 'PL142';
      end if;
      return null;
    end $$;
    create constraint trigger together after update on bucket_draws deferrable initially deferred
      for each row execute function app.refuse_parted_draws('claim_id');
    create constraint trigger together after update on claims deferrable initially deferred
      for each row when (new.outcome = 'covered') execute function app.refuse_parted_draws('id');

    -- At commit: what is issued has drawn, what is given up or replaced has not.
    create function app.refuse_kept_draws() returns trigger language plpgsql as $$
    begin
      if exists (select 1 from bucket_draws d
                  where d.tenant_id = new.tenant_id and d.invoice_id = new.id and d.state = 'reserved'
                    and (new.stage in ('issued', 'discarded') or d.content_version < new.content_version)) then
        raise exception 'invoice % holds hours of a bucket that it no longer needs', new.id using errcode = 'PL143';
      end if;
      return null;
    end $$;
    create constraint trigger drawn after update of stage, content_version on invoices deferrable initially deferred
      for each row when (new.content_version <> old.content_version or new.stage in ('issued', 'discarded') and new.stage <> old.stage)
      execute function app.refuse_kept_draws();
    create function app.guard_draw() returns trigger language plpgsql as $$
    begin
      if new.state = 'consumed' and not exists (select 1 from invoices i
           where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.stage in ('issued', 'posted')) then
        raise exception 'the draw of claim % is consumed when its invoice is issued', new.claim_id using errcode = 'PL143';
      end if;
      return null;
    end $$;
    create constraint trigger issued after update of state on bucket_draws deferrable initially deferred
      for each row execute function app.guard_draw();

    alter table work_items drop constraint work_items_kind_check,
      add constraint work_items_kind_check check (kind in ('time', 'fee', 'milestone', 'expense', 'disbursement', 'hour_bucket'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table work_items drop constraint work_items_kind_check,
      add constraint work_items_kind_check check (kind in ('time', 'fee', 'milestone', 'expense', 'disbursement'));
    drop function app.count_draws, app.settle_draws, app.guard_bucket, app.refuse_parted_draws, app.refuse_kept_draws,
      app.guard_draw cascade;
    drop table bucket_draws, hour_buckets, period_fees;
  `);
}
