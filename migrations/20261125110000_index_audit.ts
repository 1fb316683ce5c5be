import type { Knex } from "knex";

/** The audit is read newest first, of everything, of one subject or of one action: each in the order of an index. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index audit_by_subject;
    create index audit_by_subject on audit_entries (tenant_id, subject_id, id);
    create index audit_by_action on audit_entries (tenant_id, action, id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index audit_by_action, audit_by_subject;
    create index audit_by_subject on audit_entries (tenant_id, subject_id);
  `);
}
