import type { Knex } from "knex";
import { allowValues, forbidValues, treatLike, treatNoMore } from "./isolation/allow-values.ts";
import { changeFunction } from "./isolation/change-function.ts";

/** What the firm held for clients when it moved in: money ahead for engagements, and credit. It came in elsewhere. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table payments
      add column opening boolean not null default false,
      add constraint opening_is_money check (not opening or credit_note_id is null);
    ${allowValues("ledger_entries", "fact", ["credit_taken_over"])}
    ${treatLike("ledger_entries", "names_its_subjects", { value: "credit_taken_over", like: "payment_received" })}
    drop index received_once;
    create unique index received_once on ledger_entries (tenant_id, payment_id)
      where fact in ('payment_received', 'credit_released', 'credit_taken_over');
    ${changeFunction("app.refuse_unbooked_cash", receivedHere)}

    create function app.refuse_stray_credit() returns trigger language plpgsql as $$
    begin
      if not exists (
           select 1 from payments y join legal_entities l on l.tenant_id = y.tenant_id and l.id = y.legal_entity_id
            where y.tenant_id = new.tenant_id and y.id = new.payment_id and y.opening
              and new.booked_on = l.cut_over_on and y.received_on <= l.cut_over_on) then
        raise exception 'entry % takes over what was not held at the cut-over', new.id using errcode = 'PL218';
      end if;
      return null;
    end $$;
    create constraint trigger held_before after insert on ledger_entries deferrable initially deferred
      for each row when (new.fact = 'credit_taken_over') execute function app.refuse_stray_credit();
  `);
}

const receivedHere = {
  from: `(e.fact, p.account) = (case when new.credit_note_id is null then 'payment_received' else 'credit_released' end,
                                      case when new.credit_note_id is null then 'cash' else 'receivable' end)`,
  to: `(e.fact, p.account) = (case when new.opening then 'credit_taken_over' when new.credit_note_id is null then 'payment_received'
                                           else 'credit_released' end,
                                      case when new.opening then 'opening_balances' when new.credit_note_id is null then 'cash'
                                           else 'receivable' end)`,
};

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger held_before on ledger_entries;
    drop function app.refuse_stray_credit();
    ${changeFunction("app.refuse_unbooked_cash", { from: receivedHere.to, to: receivedHere.from })}
    drop index received_once;
    create unique index received_once on ledger_entries (tenant_id, payment_id)
      where fact in ('payment_received', 'credit_released');
    ${treatNoMore("ledger_entries", "names_its_subjects", "credit_taken_over")}
    ${forbidValues("ledger_entries", "fact", ["credit_taken_over"])}
    alter table payments drop column opening;
  `);
}
