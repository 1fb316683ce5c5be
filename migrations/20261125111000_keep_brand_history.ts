import type { Knex } from "knex";

/** The brand is the one that came last, so a firm that returns to a former look needs a second row of it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table brandings drop constraint brandings_tenant_id_hash_key;
    create index brandings_by_time on brandings (tenant_id, created_at, id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index brandings_by_time;
    alter table brandings add constraint brandings_tenant_id_hash_key unique (tenant_id, hash);
  `);
}
