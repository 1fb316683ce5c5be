import type { Knex } from "knex";
import { changeFunction } from "./isolation/change-function.ts";

/** What a former system billed under a cap or an order is used of it, and is told apart from what is billed here. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table limits
      add column opening bigint not null default 0,
      add constraint opening_is_used check (opening between 0 and used);
    grant update (opening) on limits to plumb_app;
    ${changeFunction("app.guard_limit", countedOnly)}
  `);
}

const counted = "if new.used <> old.used and pg_trigger_depth() < 2 then";
const countedOnly = {
  from: counted,
  to: `if new.opening <> old.opening and new.used = old.used then
        new.used := old.used + new.opening - old.opening;
      elsif new.opening <> old.opening then
        raise exception 'what limit % has used is counted, not written', old.id using errcode = 'PL071';
      els${counted}`,
};

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${changeFunction("app.guard_limit", { from: countedOnly.to, to: countedOnly.from })}
    alter table limits drop column opening;
  `);
}
