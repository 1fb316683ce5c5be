import type { Knex } from "knex";
import { changeFunction } from "./isolation/change-function.ts";
import { isolate } from "./isolation/isolate.ts";

/** Several bear the same work: its payers, and the orders and cost centres of each, in shares that are the whole. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table splits (
      tenant_id      uuid        not null default app.tenant(),
      id             uuid        not null,
      -- The same through all corrections of what was agreed.
      agreement_id   uuid        not null,
      engagement_id  uuid        not null,
      project_id     uuid,
      effective_from date        not null,
      effective_to   date,
      known_from     timestamptz not null default now(),
      known_to       timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      foreign key (tenant_id, project_id) references projects (tenant_id, id),
      constraint split_over_days check (effective_to > effective_from)
    );
    create unique index one_known_split on splits (tenant_id, agreement_id) where known_to is null;
    create unique index one_split_from_a_day on splits (tenant_id, engagement_id, project_id, effective_from) nulls not distinct
      where known_to is null;
    ${isolate("splits", "select, insert")}
    grant update (known_to) on splits to plumb_app;

    create table split_parts (
      tenant_id           uuid     not null default app.tenant(),
      split_id            uuid     not null,
      position            smallint not null check (position >= 1),
      weight              int      not null check (weight >= 1),
      of                  int      not null check (of <= 1000000),
      payer_id            uuid     not null,
      delivery_profile_id uuid     not null,
      purchase_order_id   uuid,
      cost_centre         text     check (btrim(cost_centre) <> ''),
      primary key (tenant_id, split_id, position),
      foreign key (tenant_id, split_id) references splits (tenant_id, id),
      foreign key (tenant_id, payer_id) references clients (tenant_id, id),
      foreign key (tenant_id, delivery_profile_id) references delivery_profiles (tenant_id, id),
      foreign key (tenant_id, purchase_order_id) references purchase_orders (tenant_id, id)
    );
    create unique index one_part_a_bearer on split_parts (tenant_id, split_id, payer_id, purchase_order_id, cost_centre) nulls not distinct;
    create index parts_by_payer on split_parts (tenant_id, payer_id);
    ${isolate("split_parts", "select, insert")}

    alter table claims
      add column part          smallint not null default 0,
      add column split_id      uuid,
      add column whole_minutes int,
      add foreign key (tenant_id, split_id, part) references split_parts (tenant_id, split_id, position),
      add constraint part_of_a_split check (
        (part > 0) = (split_id is not null) and (part > 0) = (whole_minutes is not null) and (part = 0 or partial) and part >= 0);
    drop index one_active_claim;
    create unique index one_active_claim on claims (tenant_id, work_item_id, share, part) where released_at is null;
    create index claims_of_parts on claims (tenant_id, work_item_id, share) where part > 0 and released_at is null;

    alter table invoice_lines add column cost_centre text check (btrim(cost_centre) <> '');
  `);
  await knex.raw(guards);
  await knex.raw(changes("undivided", "divided"));
}

const guards = `
    create function app.refuse_partial_split() returns trigger language plpgsql as $$
    declare
      split uuid := coalesce(to_jsonb(new) ->> 'split_id', to_jsonb(new) ->> 'id')::uuid;
    begin
      if not (select count(*) >= 2 and sum(p.weight) = min(p.of) and min(p.of) = max(p.of) from split_parts p
               where p.tenant_id = new.tenant_id and p.split_id = split) then
        raise exception 'the parts of split % are not a whole', split using errcode = 'PL176';
      end if;
      if exists (select 1 from splits s
                   join split_parts p on p.tenant_id = s.tenant_id and p.split_id = s.id
                   join purchase_orders o on o.tenant_id = p.tenant_id and o.id = p.purchase_order_id
                   join engagements e on e.tenant_id = s.tenant_id and e.id = s.engagement_id
                  where s.tenant_id = new.tenant_id and s.id = split and (o.engagement_id <> s.engagement_id or o.currency <> e.currency)) then
        raise exception 'split % is paid by an order of another engagement or currency', split using errcode = 'PL176';
      end if;
      return null;
    end $$;
    create constraint trigger whole after insert on splits deferrable initially deferred
      for each row execute function app.refuse_partial_split();
    create constraint trigger whole after insert on split_parts deferrable initially deferred
      for each row execute function app.refuse_partial_split();

    create function app.guard_split() returns trigger language plpgsql as $$
    begin
      if old.known_to is not null or new.known_to is distinct from now() or to_jsonb(new) - 'known_to' <> to_jsonb(old) - 'known_to' then
        raise exception 'split % stays as it was agreed, and is replaced once', old.id using errcode = 'PL177';
      end if;
      return new;
    end $$;
    create trigger guard before update on splits for each row execute function app.guard_split();

    -- However work is divided, nothing of it is billed twice, and each part to whom it was agreed with.
    create function app.refuse_stray_parts() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      if not exists (select 1 from added where part > 0) then
        -- What is not divided stands beside no part: nearly all claims are so, and have the share to themselves.
        select a.work_item_id into wrong from added a
          join claims c on c.tenant_id = a.tenant_id and c.work_item_id = a.work_item_id and c.share = a.share
           and c.part > 0 and c.released_at is null
         where a.released_at is null limit 1;
        if wrong is not null then
          raise exception 'work item % is divided among several who bear it', wrong using errcode = 'PL178';
        end if;
        return null;
      end if;
      select a.work_item_id into wrong
        from (select distinct tenant_id, work_item_id, share from added) a
        join claims c on c.tenant_id = a.tenant_id and c.work_item_id = a.work_item_id and c.share = a.share and c.released_at is null
       group by a.tenant_id, a.work_item_id, a.share
      having bool_or(c.part > 0) and (bool_or(c.part = 0) or min(c.split_id::text) <> max(c.split_id::text)
             or min(c.whole_minutes) <> max(c.whole_minutes) or min(c.work_item_version) <> max(c.work_item_version))
       limit 1;
      if wrong is null then
        select a.work_item_id into wrong
          from added a
          join splits s on s.tenant_id = a.tenant_id and s.id = a.split_id
          join split_parts p on p.tenant_id = a.tenant_id and p.split_id = a.split_id and p.position = a.part
          join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
         where w.engagement_id <> s.engagement_id or s.project_id is distinct from coalesce(w.project_id, s.project_id) and s.project_id is not null
            or abs(a.minutes::bigint * p.of - a.whole_minutes::bigint * p.weight) >= p.of
         limit 1;
      end if;
      if wrong is not null then
        raise exception 'work item % is not divided as it was agreed', wrong using errcode = 'PL178';
      end if;
      select a.work_item_id into wrong
        from added a
        join split_parts p on p.tenant_id = a.tenant_id and p.split_id = a.split_id and p.position = a.part
        join invoice_lines l on l.tenant_id = a.tenant_id and l.id = a.line_id
        join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
       where i.payer_id <> p.payer_id or l.cost_centre is distinct from p.cost_centre
       limit 1;
      if wrong is not null then
        raise exception 'a part of work item % is billed to who does not bear it', wrong using errcode = 'PL179';
      end if;
      return null;
    end $$;
    create trigger divided after insert on claims referencing new table as added
      for each statement execute function app.refuse_stray_parts();
`;

/** A part is taken of anything, however small; money passed on is a part of what was paid. */
const texts = {
  parts: {
    undivided: "or a.partial and (w.kind <> 'time' or a.minutes + a.billed_minutes < 1)",
    divided:
      "or a.partial and a.part = 0 and (w.kind <> 'time' or a.minutes + a.billed_minutes < 1)\n        or a.part > 0 and w.kind <> 'time' and (a.share <> 0 or a.minutes <> 0)",
  },
  disbursed: {
    undivided: "or l.net_minor <> w.amount_minor or e.receipt_id is null)",
    divided: `or e.receipt_id is null or case when a.part = 0 then l.net_minor <> w.amount_minor else exists (
              select 1 from split_parts p where p.tenant_id = a.tenant_id and p.split_id = a.split_id and p.position = a.part
                 and abs(l.net_minor * p.of - w.amount_minor * p.weight) >= p.of) end)`,
  },
} as const;

const changes = (from: "undivided" | "divided", to: "undivided" | "divided"): string => `
  ${changeFunction("app.guard_new_claims", { from: texts.parts[from], to: texts.parts[to] })}
  ${changeFunction("app.refuse_taxed_disbursements", { from: texts.disbursed[from], to: texts.disbursed[to] })}`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(changes("divided", "undivided"));
  await knex.raw(`
    drop trigger divided on claims;
    drop index one_active_claim;
    alter table claims drop column part, drop column split_id, drop column whole_minutes;
    create unique index one_active_claim on claims (tenant_id, work_item_id, share) where released_at is null;
    alter table invoice_lines drop column cost_centre;
    drop table split_parts, splits;
    drop function app.refuse_partial_split, app.guard_split, app.refuse_stray_parts;
  `);
}
