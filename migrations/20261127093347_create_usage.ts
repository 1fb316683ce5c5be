import type { Knex } from "knex";
import { allowValues, forbidValues } from "./isolation/allow-values.ts";
import { isolate } from "./isolation/isolate.ts";

/** What is paid for by its use: meters, which recur as subscriptions do, and what was read at them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${allowValues("recurring_agreements", "kind", ["usage"])}
    ${allowValues("work_items", "kind", ["usage"])}

    -- A later version turns an earlier one off; what was read is kept as it was reported.
    create table usage_readings (
      tenant_id     uuid        not null default app.tenant(),
      id            uuid        not null,
      version       int         not null check (version >= 1),
      meter_id      uuid        not null,
      meter_version int         not null,
      read_on       date        not null,
      quantity      numeric     not null check (quantity >= 0),
      current       boolean     not null default true,
      recorded_at   timestamptz not null default now(),
      primary key (tenant_id, id, version),
      foreign key (tenant_id, meter_id, meter_version) references recurring_agreements (tenant_id, id, version)
    );
    create unique index one_current_reading on usage_readings (tenant_id, id) where current;
    create index readings_by_meter on usage_readings (tenant_id, meter_id, read_on) where current;
    ${isolate("usage_readings", "select, insert")}
    grant update (current) on usage_readings to plumb_app;

    create function app.refuse_vanished_readings() returns trigger language plpgsql as $$
    begin
      if new.current and not old.current or not exists (
           select 1 from usage_readings r
            where r.tenant_id = new.tenant_id and r.id = new.id and r.version = new.version + 1) then
        raise exception 'usage reading % has no version after %', new.id, new.version using errcode = 'PL132';
      end if;
      return null;
    end $$;
    create constraint trigger succeeded after update of current on usage_readings deferrable initially deferred
      for each row when (old.current is distinct from new.current) execute function app.refuse_vanished_readings();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.refuse_vanished_readings cascade;
    drop table usage_readings;
    ${forbidValues("work_items", "kind", ["usage"])}
    ${forbidValues("recurring_agreements", "kind", ["usage"])}
  `);
}
