import type { Knex } from "knex";

/** Nothing is asked ahead of an engagement that is closed: there is nothing to come that could deduct it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function app.refuse_deposit_of_closed() returns trigger language plpgsql as $$
    declare
      closed date;
    begin
      -- Whoever closes it at this moment is waited for.
      perform 1 from engagements e where e.tenant_id = new.tenant_id and e.id = new.engagement_id for key share;
      select c.closed_on into closed from closures c
       where c.tenant_id = new.tenant_id and c.engagement_id = new.engagement_id and c.project_id is null and c.reopened_at is null;
      if found then
        raise exception 'the engagement of deposit % was closed on %: reopen it first', new.id, closed using errcode = 'PL237';
      end if;
      return new;
    end $$;
    create trigger closed_asks_none before insert on invoices for each row when (new.kind = 'deposit')
      execute function app.refuse_deposit_of_closed();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger closed_asks_none on invoices;
    drop function app.refuse_deposit_of_closed;
  `);
}
