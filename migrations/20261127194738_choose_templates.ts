import type { Knex } from "knex";

/** Which template renders what a client is sent is said with how it is sent. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table delivery_profiles add column template text not null default 'invoice'
      constraint known_template check (template in ('invoice', 'summary'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("alter table delivery_profiles drop column template");
}
