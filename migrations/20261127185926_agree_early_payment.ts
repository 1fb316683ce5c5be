import type { Knex } from "knex";

/** What a client may keep of an invoice for paying early: part of the content, as canonical JSON. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table invoices
      add column early_payment text,
      add constraint early_payment_is_agreed check (
        early_payment is null or (jsonb_array_length(early_payment::jsonb) > 0 and total_minor > 0));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("alter table invoices drop constraint early_payment_is_agreed, drop column early_payment");
}
