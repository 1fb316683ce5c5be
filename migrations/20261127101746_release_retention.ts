import type { Knex } from "knex";
import { allowValues, forbidValues, treatLike, treatNoMore } from "./isolation/allow-values.ts";

/** What clients kept until release becomes due, on a day of its own. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${allowValues("ledger_entries", "fact", ["retention_released"])}
    ${treatLike("ledger_entries", "names_its_subjects", { value: "retention_released", like: "debt_written_off" })}
    alter table ledger_entries
      -- When what it makes payable is due; an invoice says it for all else.
      add column due_on date,
      add constraint release_is_due check ((due_on is not null) = (fact = 'retention_released'));

    create function app.refuse_unkept_release() returns trigger language plpgsql as $$
    declare
      wrong uuid;
    begin
      select e.invoice_id into wrong
        from (select distinct x.tenant_id, x.invoice_id
                from added a join ledger_entries x on x.tenant_id = a.tenant_id and x.id = a.entry_id
               where a.account = 'retention_receivable' and x.fact = 'retention_released') m
        join ledger_entries e on e.tenant_id = m.tenant_id and e.invoice_id = m.invoice_id
        join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'retention_receivable'
       group by e.invoice_id having sum(p.amount_minor) < 0 limit 1;
      if wrong is not null then
        raise exception 'more is released of invoice % than its client keeps', wrong using errcode = 'PL133';
      end if;
      return null;
    end $$;
    create trigger retention_released after insert on ledger_postings referencing new table as added
      for each statement execute function app.refuse_unkept_release();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.refuse_unkept_release cascade;
    alter table ledger_entries drop column due_on;
    ${treatNoMore("ledger_entries", "names_its_subjects", "retention_released")}
    ${forbidValues("ledger_entries", "fact", ["retention_released"])}
  `);
}
