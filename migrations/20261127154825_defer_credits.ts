import type { Knex } from "knex";

/** A credit note takes back what its invoice deferred, and so its deferred revenue goes the other way. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(overreleased({ mirrored: true }));
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(overreleased({ mirrored: false }));
}

/** What is left to earn of an invoice is never less than nothing, and what is left to take back by a credit note neither. */
const overreleased = ({ mirrored }: { readonly mirrored: boolean }): string => `
  create or replace function app.refuse_overreleased() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select e.invoice_id into wrong
        from (select distinct x.tenant_id, x.invoice_id
                from added a join ledger_entries x on x.tenant_id = a.tenant_id and x.id = a.entry_id
               where a.account = 'deferred_revenue' and ${mirrored ? "x.fact = 'revenue_released'" : "a.amount_minor > 0"}) m
        join ledger_entries e on e.tenant_id = m.tenant_id and e.invoice_id = m.invoice_id
        join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'deferred_revenue'
        ${mirrored ? "join invoices i on i.tenant_id = e.tenant_id and i.id = e.invoice_id" : ""}
       group by e.invoice_id having ${
         mirrored
           ? "sum(case i.kind when 'credit_note' then -p.amount_minor else p.amount_minor end) > 0"
           : "sum(p.amount_minor) > 0"
       } limit 1;
      if wrong is not null then
        raise exception 'more is earned of invoice % than was deferred', wrong using errcode = 'PL131';
      end if;
      return null;
    end $$;`;
