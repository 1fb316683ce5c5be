import type { Knex } from "knex";
import { changeFunction } from "./isolation/change-function.ts";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/**
 * A person with authority lets one ruling about one invoice as it is, or one rule about a client, not stop what it would stop, until
 * a day. The ruling and its exception stay; whether they are waived is asked whenever somebody signs or issues.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table waivers (
      tenant_id    uuid        not null default app.tenant(),
      id           uuid        not null,
      rule         text        not null,
      invoice_id   uuid,
      content_hash text,
      client_id    uuid,
      until_on     date        not null,
      reason       text        not null check (reason <> ''),
      given_by     uuid        not null default app.actor(),
      given_at     timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, client_id) references clients (tenant_id, id),
      foreign key (tenant_id, given_by) references memberships (tenant_id, id),
      constraint waives_for_one check (num_nonnulls(invoice_id, client_id) = 1 and (invoice_id is null) = (content_hash is null)),
      constraint waives_a_year_at_most check (
        until_on between (given_at at time zone 'UTC')::date and (given_at at time zone 'UTC')::date + 366)
    );
    create index waivers_of_invoice on waivers (tenant_id, invoice_id) where invoice_id is not null;
    create index waivers_of_client on waivers (tenant_id, client_id) where client_id is not null;
    ${isolate("waivers", "select, insert")}
    ${inOwnName("waivers", "given_by = (select app.actor()) and given_at = now()")}

    create function app.had_part_in(invoice invoices, actor uuid) returns boolean language sql stable as $$
      select app.person_behind(invoice.tenant_id, actor) in (
        app.person_behind(invoice.tenant_id, invoice.prepared_by), app.person_behind(invoice.tenant_id, invoice.content_by),
        coalesce(app.person_behind(invoice.tenant_id, invoice.submitted_by), invoice.prepared_by))
    $$;

    create function app.waiver_of(x exceptions) returns uuid language sql stable as $$
      select w.id
        from invoices i
        join waivers w on w.tenant_id = i.tenant_id and w.rule = x.code
         and ((w.invoice_id = i.id and w.content_hash = i.content_hash) or w.client_id = i.client_id)
       where i.tenant_id = x.tenant_id and i.id = x.invoice_id and w.until_on >= (now() at time zone 'UTC')::date
         and not app.had_part_in(i, w.given_by)
       order by w.until_on desc, w.id desc limit 1
    $$;

    create function app.guard_waiver() returns trigger language plpgsql as $$
    declare
      invoice invoices;
      rules   text := (select bundle_hash from policy_publications order by published_at desc, id desc limit 1);
    begin
      if new.invoice_id is not null then
        select * into invoice from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id;
        if app.had_part_in(invoice, new.given_by) then
          raise exception 'who wrote or submitted invoice % waives nothing about it', invoice.id using errcode = 'PL254';
        end if;
        if invoice.number is not null or invoice.content_hash <> new.content_hash then
          raise exception 'what is waived about invoice % is of its present content, before issue', invoice.id using errcode = 'PL255';
        end if;
        rules := invoice.bundle_hash;
      end if;
      if not exists (
           select from policy_bundles b, jsonb_array_elements(b.packs) pack, jsonb_array_elements(pack -> 'rules') rule
            where b.tenant_id = new.tenant_id and b.hash = rules and rule ->> 'id' = new.rule
              and rule ->> 'on' = 'invoice' and coalesce((rule ->> 'waivable')::boolean, true)) then
        raise exception 'rule % is none that can be waived', new.rule using errcode = 'PL256';
      end if;
      if not exists (select from memberships m
                      where m.tenant_id = new.tenant_id and m.id = new.given_by and m.kind = 'person') then
        raise exception 'only a person waives' using errcode = 'PL257';
      end if;
      return new;
    end $$;
    create trigger guard before insert on waivers for each row execute function app.guard_waiver();

    ${changeFunction("app.refuse_unapproved", {
      from: "and x.severity = 'block' and x.state = 'open')",
      to: "and x.severity = 'block' and x.state = 'open' and app.waiver_of(x) is null)",
    })}
    ${changeFunction("app.guard_publication", {
      from: "o.proposed_by = app.actor()",
      to: "app.person_behind(o.tenant_id, o.proposed_by) = app.person_behind(o.tenant_id, app.actor())",
    })}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${changeFunction("app.guard_publication", {
      from: "app.person_behind(o.tenant_id, o.proposed_by) = app.person_behind(o.tenant_id, app.actor())",
      to: "o.proposed_by = app.actor()",
    })}
    ${changeFunction("app.refuse_unapproved", {
      from: "and x.severity = 'block' and x.state = 'open' and app.waiver_of(x) is null)",
      to: "and x.severity = 'block' and x.state = 'open')",
    })}
    drop function app.waiver_of(exceptions);
    drop table waivers;
    drop function app.guard_waiver();
    drop function app.had_part_in(invoices, uuid);
  `);
}
