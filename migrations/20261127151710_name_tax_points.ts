import type { Knex } from "knex";

/**
 * When VAT becomes due: legal entities say by which rule, and invoices keep the rule that they were drafted by and the day whose
 * rate they bear. It is content: it changes with a new version only, and never after issue, whatever day is booked.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table legal_entities
      add column tax_point_rule text not null default 'service_end' check (tax_point_rule in ('service_end', 'issue', 'payment')),
      add column tax_point_days int check (tax_point_days between 0 and 366),
      add constraint days_of_issue check (tax_point_days is null or tax_point_rule = 'issue');
    alter table invoices
      add column tax_point_rule text not null default 'service_end'
        check (tax_point_rule in ('service_end', 'issue', 'payment', 'deposit')),
      add column tax_point_days int,
      -- As expected with the draft; absent where the end of the service says it, or nobody knows.
      add column tax_point_on date,
      add constraint tax_point_is_expected check ((tax_point_rule in ('issue', 'deposit')) = (tax_point_on is not null)
        and (tax_point_days is null or tax_point_rule = 'issue')),
      add constraint deposits_are_taxed_at_issue check (tax_point_rule <> 'deposit' or kind = 'deposit');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table invoices drop constraint tax_point_is_expected, drop constraint deposits_are_taxed_at_issue,
      drop column tax_point_on, drop column tax_point_days, drop column tax_point_rule;
    alter table legal_entities drop constraint days_of_issue, drop column tax_point_days, drop column tax_point_rule;
  `);
}
