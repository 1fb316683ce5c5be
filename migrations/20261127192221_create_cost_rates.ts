import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/** What an hour of a person, or of a grade, costs the firm; bitemporal like the rates it is billed at. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table cost_rates (
      tenant_id      uuid        not null default app.tenant(),
      id             uuid        not null,
      worker_id      uuid,
      grade          text,
      currency       text        not null check (currency ~ '^[A-Z]{3}$'),
      cost_minor     bigint      not null check (cost_minor > 0),
      effective_from date        not null,
      effective_to   date        check (effective_to > effective_from),
      known_from     timestamptz not null default now(),
      known_to       timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, worker_id) references workers (tenant_id, id),
      constraint of_a_person_or_a_grade check ((worker_id is null) <> (grade is null))
    );
    create unique index one_known_cost on cost_rates (tenant_id, worker_id, grade, currency, effective_from)
      nulls not distinct where known_to is null;
    ${isolate("cost_rates", "select, insert")}
    grant update (known_to) on cost_rates to plumb_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop table cost_rates");
}
