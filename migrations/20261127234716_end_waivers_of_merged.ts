import type { Knex } from "knex";
import { changeFunction } from "./isolation/change-function.ts";

const leftThere = {
  from: "k.conrelid not in ('delivery_profiles'::regclass, 'client_merges'::regclass)",
  to: "k.conrelid not in ('delivery_profiles'::regclass, 'client_merges'::regclass, 'waivers'::regclass)",
};

/** What was waived for a client ends when it is merged: its waivers stay with it, and it takes no more of them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${changeFunction("app.refuse_half_merge", leftThere)}
    create trigger takes_no_merged after insert on waivers referencing new table as added
      for each statement execute function app.refuse_merged_client('a.client_id');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger takes_no_merged on waivers;
    ${changeFunction("app.refuse_half_merge", { from: leftThere.to, to: leftThere.from })}
  `);
}
