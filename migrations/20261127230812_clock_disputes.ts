import type { Knex } from "knex";
import { changeFunction } from "./isolation/change-function.ts";

const kept = {
  from: "(new.wait, new.invoice_id, new.exception_id, new.legal_entity_id, new.since)",
  to: "(new.wait, new.invoice_id, new.exception_id, new.legal_entity_id, new.dispute_id, new.since)",
};
const was = {
  from: "(old.wait, old.invoice_id, old.exception_id, old.legal_entity_id, old.since)",
  to: "(old.wait, old.invoice_id, old.exception_id, old.legal_entity_id, old.dispute_id, old.since)",
};

/** A dispute waits for somebody who answers it, and for its decision: a clock each, from when it was recorded. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table clocks
      add column dispute_id uuid,
      add foreign key (tenant_id, dispute_id) references disputes (tenant_id, id),
      drop constraint is_about_something,
      add constraint is_about_something check (invoice_id is not null or exception_id is not null or dispute_id is not null);
    create unique index one_running_clock_of_dispute on clocks (tenant_id, dispute_id, wait)
      where stopped_at is null and dispute_id is not null;
    ${changeFunction("app.guard_clock", kept)}
    ${changeFunction("app.guard_clock", was)}

    create function app.start_dispute_clocks() returns trigger language plpgsql as $$
    begin
      insert into clocks (tenant_id, id, wait, dispute_id, legal_entity_id, since)
      select d.tenant_id, app.new_id(), w.wait, d.id, i.legal_entity_id, d.recorded_at
        from opened d
        join invoices i on i.tenant_id = d.tenant_id and i.id = d.invoice_id
        join (values ('dispute.acknowledgement', '{open}'::text[]), ('dispute.decision', '{open,acknowledged}')) w (wait, states)
          on d.state = any(w.states);
      return null;
    end $$;
    create trigger clocks_start after insert on disputes referencing new table as opened
      for each statement execute function app.start_dispute_clocks();

    create function app.stop_dispute_clocks() returns trigger language plpgsql as $$
    begin
      update clocks c set stopped_at = now(), next_at = case when c.due_at is null then now() end
        from moved d
       where c.tenant_id = d.tenant_id and c.dispute_id = d.id and c.stopped_at is null
         and (d.state = 'resolved' or d.state = 'acknowledged' and c.wait = 'dispute.acknowledgement');
      return null;
    end $$;
    create trigger clocks_move after update on disputes referencing new table as moved
      for each statement execute function app.stop_dispute_clocks();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger clocks_start on disputes;
    drop trigger clocks_move on disputes;
    drop function app.start_dispute_clocks, app.stop_dispute_clocks;
    ${changeFunction("app.guard_clock", { from: kept.to, to: kept.from })}
    ${changeFunction("app.guard_clock", { from: was.to, to: was.from })}
    alter table clocks drop column dispute_id cascade,
      add constraint is_about_something check (invoice_id is not null or exception_id is not null);
  `);
}
