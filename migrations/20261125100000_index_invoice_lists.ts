import type { Knex } from "knex";

/** Each list of invoices is read along an index, however many there are: what waits at a stage, of a client, of a run. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index invoices_by_wait on invoices (tenant_id, stage, stage_since, id);
    create index invoices_by_client on invoices (tenant_id, client_id, id);
    create index invoices_by_run_and_id on invoices (tenant_id, billing_run_id, id);
    drop index invoices_by_run;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create index invoices_by_run on invoices (tenant_id, billing_run_id);
    drop index invoices_by_wait, invoices_by_client, invoices_by_run_and_id;
  `);
}
