import type { Knex } from "knex";
import { allowValues, forbidValues } from "./isolation/allow-values.ts";

/** One invoice per purchase order, also where several engagements bear its number: each takes its part of its own. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${allowValues("delivery_profiles", "grouping", ["po"])}
    create index orders_by_number on purchase_orders (tenant_id, number);
    create or replace function app.refuse_unreserved() returns trigger language plpgsql as $$
    begin
      if new.kind <> 'deposit' and new.stage = 'issued' and exists (
           select 1 from purchase_orders o where o.tenant_id = new.tenant_id and o.id = new.purchase_order_id)
         and not exists (
           -- Orders of several engagements that bear one number pay one invoice together.
           select 1 from limit_uses u join limits l on l.tenant_id = u.tenant_id and l.id = u.limit_id
             join purchase_orders o on o.tenant_id = l.tenant_id and o.id = l.purchase_order_id
            where u.tenant_id = new.tenant_id and u.invoice_id = new.id and u.content_version = new.content_version
              and u.state = 'consumed' and o.number = (
                select p.number from purchase_orders p where p.tenant_id = new.tenant_id and p.id = new.purchase_order_id)
           having sum(u.amount) = new.net_minor - (
                select coalesce(sum(l.net_minor), 0) from invoice_lines l
                 where l.tenant_id = new.tenant_id and l.invoice_id = new.id and l.content_version = new.content_version
                   and l.deducts is not null)) then
        raise exception 'invoice % is issued without its part of the purchase order', new.id using errcode = 'PL072';
      end if;
      if exists (select 1 from limit_uses u
                  where u.tenant_id = new.tenant_id and u.invoice_id = new.id and u.state = 'reserved'
                    and (new.stage in ('issued', 'discarded') or u.content_version < new.content_version)) then
        raise exception 'invoice % holds reservations that it no longer needs', new.id using errcode = 'PL073';
      end if;
      return null;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function app.refuse_unreserved() returns trigger language plpgsql as $$
    begin
      if new.kind <> 'deposit' and new.stage = 'issued' and exists (
           select 1 from purchase_orders o where o.tenant_id = new.tenant_id and o.id = new.purchase_order_id)
         and not exists (
           select 1 from limit_uses u join limits l on l.tenant_id = u.tenant_id and l.id = u.limit_id
            where u.tenant_id = new.tenant_id and u.invoice_id = new.id and u.content_version = new.content_version
              and u.state = 'consumed' and l.purchase_order_id = new.purchase_order_id and u.amount = new.net_minor - (
                select coalesce(sum(l.net_minor), 0) from invoice_lines l
                 where l.tenant_id = new.tenant_id and l.invoice_id = new.id and l.content_version = new.content_version
                   and l.deducts is not null)) then
        raise exception 'invoice % is issued without its part of the purchase order', new.id using errcode = 'PL072';
      end if;
      if exists (select 1 from limit_uses u
                  where u.tenant_id = new.tenant_id and u.invoice_id = new.id and u.state = 'reserved'
                    and (new.stage in ('issued', 'discarded') or u.content_version < new.content_version)) then
        raise exception 'invoice % holds reservations that it no longer needs', new.id using errcode = 'PL073';
      end if;
      return null;
    end $$;
    drop index orders_by_number;
    ${forbidValues("delivery_profiles", "grouping", ["po"])}
  `);
}
