import type { Knex } from "knex";

/** What a client is expected to keep of an invoice for its own tax authority: part of the content, and of no tax total. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table invoices
      add column withheld_minor bigint not null default 0,
      add column withholding_bp int check (withholding_bp between 1 and 9999),
      add column withholding_of text check (withholding_of in ('net', 'gross')),
      add column withholding_reference text,
      add constraint withholding_is_explained check (
        (withholding_bp is null) = (withholding_of is null) and (withholding_bp is null) = (withholding_reference is null)
        and (withholding_bp is not null or withheld_minor = 0)),
      add constraint withheld_of_what_is_owed check (withheld_minor between least(total_minor, 0) and greatest(total_minor, 0));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table invoices drop constraint withholding_is_explained, drop constraint withheld_of_what_is_owed,
      drop column withholding_reference, drop column withholding_of, drop column withholding_bp, drop column withheld_minor;
  `);
}
