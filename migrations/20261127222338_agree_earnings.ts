import type { Knex } from "knex";

/** What was paid ahead and not used is the firm's only where that was agreed, and from its day on. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function app.refuse_unagreed_earning() returns trigger language plpgsql as $$
    declare
      engagement uuid;
      agreed     jsonb;
    begin
      select y.engagement_id into engagement from payments y where y.tenant_id = new.tenant_id and y.id = new.payment_id;
      if engagement is null then
        return null;
      end if;
      select t.terms -> 'retainer' into agreed from engagement_terms t
       where t.tenant_id = new.tenant_id and t.engagement_id = engagement and t.known_to is null
       order by t.effective_from desc, t.amended desc limit 1;
      if agreed ->> 'unused' is distinct from 'earned'
         or (agreed ->> 'expiresOn')::date > new.booked_on and not exists (
              select 1 from closures c
               where c.tenant_id = new.tenant_id and c.engagement_id = engagement and c.project_id is null and c.reopened_at is null) then
        raise exception 'what is left of retainer % is not earned on %, by what was agreed', new.payment_id, new.booked_on
          using errcode = 'PL233';
      end if;
      return null;
    end $$;
    create constraint trigger earned_as_agreed after insert on ledger_entries deferrable initially deferred
      for each row when (new.fact = 'retainer_earned') execute function app.refuse_unagreed_earning();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop function app.refuse_unagreed_earning cascade");
}
