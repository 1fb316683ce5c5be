import type { Knex } from "knex";
import { allowValues, forbidValues } from "./isolation/allow-values.ts";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** What parties agree after the contract: signed by another person than who drafted it, and from its day on. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table change_orders (
      tenant_id      uuid        not null default app.tenant(),
      -- Also the id of the work item that bills its sum.
      id             uuid        not null,
      engagement_id  uuid        not null,
      number         text        not null check (number <> ''),
      effective_from date        not null,
      reason         text        not null check (reason <> ''),
      -- What it changes, as data.
      amends         jsonb       not null,
      -- What it costs by itself, once.
      description    text,
      amount_minor   bigint      check (amount_minor > 0),
      currency       text        not null check (currency ~ '^[A-Z]{3}$'),
      state          text        not null default 'draft' check (state in ('draft', 'signed')),
      drafted_by     uuid        not null default app.actor(),
      drafted_at     timestamptz not null default now(),
      signed_on      date,
      -- The signed document.
      evidence_id    uuid,
      signed_by      uuid,
      signed_at      timestamptz,
      -- Whether caps and purchase orders are as it says: from its day on.
      counted        boolean     not null default false,
      primary key (tenant_id, id),
      unique (tenant_id, engagement_id, number),
      foreign key (tenant_id, engagement_id) references engagements (tenant_id, id),
      foreign key (tenant_id, drafted_by) references memberships (tenant_id, id),
      foreign key (tenant_id, signed_by) references memberships (tenant_id, id),
      foreign key (tenant_id, evidence_id) references evidence (tenant_id, id),
      constraint sum_is_described check ((amount_minor is null) = (description is null)),
      constraint signed_by_another check (signed_by <> drafted_by),
      constraint signed_with_proof check (
        (state = 'signed') = (signed_on is not null) and (signed_on is null) = (evidence_id is null)
        and (signed_on is null) = (signed_by is null) and (signed_on is null) = (signed_at is null)
        and (state = 'signed' or not counted))
    );
    create index change_orders_by_drafting on change_orders (tenant_id, drafted_at, id);
    ${isolate("change_orders", "select, insert")}
    grant update (state, signed_on, evidence_id, signed_by, signed_at, counted) on change_orders to plumb_app;
    ${inOwnName("change_orders", "drafted_by = (select app.actor()) and drafted_at = now() and state = 'draft'")}

    create function app.guard_change_order() returns trigger language plpgsql as $$
    begin
      if old.state = 'signed' and to_jsonb(new) - 'counted' <> to_jsonb(old) - 'counted' or old.counted and not new.counted
         or new.state = 'signed' and old.state = 'draft'
            and (new.signed_by is distinct from (select app.actor()) or new.signed_by = old.drafted_by) then
        raise exception 'change order % is signed once, in the own name, by another person than who drafted it', old.id
          using errcode = 'PL134';
      end if;
      return new;
    end $$;
    create trigger guard before update on change_orders for each row execute function app.guard_change_order();

    -- Terms with change orders stand beside those without, so that either can be changed and the other made anew.
    alter table engagement_terms add column amended boolean not null default false;
    drop index one_known_terms;
    create unique index one_known_terms on engagement_terms (tenant_id, engagement_id, effective_from, amended)
      where known_to is null;

    alter table rates add column change_order_id uuid,
      add foreign key (tenant_id, change_order_id) references change_orders (tenant_id, id);
    alter table milestones add column change_order_id uuid,
      add foreign key (tenant_id, change_order_id) references change_orders (tenant_id, id);
    alter table limits
      add column change_order_id uuid,
      -- What it was before the first change order, where it was limited at all.
      add column agreed_total bigint,
      add foreign key (tenant_id, change_order_id) references change_orders (tenant_id, id);
    grant update (change_order_id, agreed_total) on limits to plumb_app;

    ${allowValues("work_items", "kind", ["change_order"])}
    ${allowValues("evidence", "kind", ["change_order"])}

    -- At commit: only a signed order is billed, at its sum.
    create function app.refuse_unsigned_sum() returns trigger language plpgsql as $$
    begin
      if not exists (select 1 from change_orders o
                      where o.tenant_id = new.tenant_id and o.id = new.id and o.state = 'signed'
                        and (o.engagement_id, o.amount_minor, o.currency, o.effective_from)
                          = (new.engagement_id, new.amount_minor, new.currency, new.worked_on)) then
        raise exception 'work item % bills a change order that is not signed at this sum', new.id using errcode = 'PL135';
      end if;
      return null;
    end $$;
    create constraint trigger signed after insert on work_items deferrable initially deferred
      for each row when (new.kind = 'change_order') execute function app.refuse_unsigned_sum();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.refuse_unsigned_sum cascade;
    ${forbidValues("evidence", "kind", ["change_order"])}
    ${forbidValues("work_items", "kind", ["change_order"])}
    alter table limits drop column change_order_id, drop column agreed_total;
    alter table milestones drop column change_order_id;
    alter table rates drop column change_order_id;
    drop index one_known_terms;
    alter table engagement_terms drop column amended;
    create unique index one_known_terms on engagement_terms (tenant_id, engagement_id, effective_from) where known_to is null;
    drop table change_orders;
    drop function app.guard_change_order;
  `);
}
