import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/** When a legal entity works, where it differs from the usual. Each row with when it was known: a correction follows it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table business_hours (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      legal_entity_id uuid        not null,
      -- ISO 8601: 1 is Monday.
      weekday         int         not null check (weekday between 1 and 7),
      -- Minutes since midnight on the wall; a day without them is closed.
      opens           int,
      closes          int,
      known_from      timestamptz not null default now(),
      known_to        timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      constraint opens_before_it_closes check ((opens is null) = (closes is null) and opens >= 0 and opens < closes and closes <= 1440)
    );
    create unique index one_known_day_of_week on business_hours (tenant_id, legal_entity_id, weekday) where known_to is null;
    ${isolate("business_hours", "select, insert")}
    grant update (known_to) on business_hours to plumb_app;

    create table holidays (
      tenant_id       uuid        not null default app.tenant(),
      id              uuid        not null,
      legal_entity_id uuid        not null,
      falls_on        date        not null,
      name            text        not null,
      -- What is worked on it all the same.
      opens           int,
      closes          int,
      known_from      timestamptz not null default now(),
      known_to        timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id),
      constraint opens_before_it_closes check ((opens is null) = (closes is null) and opens >= 0 and opens < closes and closes <= 1440)
    );
    create unique index one_known_holiday on holidays (tenant_id, legal_entity_id, falls_on) where known_to is null;
    ${isolate("holidays", "select, insert")}
    grant update (known_to) on holidays to plumb_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop table holidays, business_hours");
}
