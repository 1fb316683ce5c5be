import type { Knex } from "knex";
import { changeFunction } from "./isolation/change-function.ts";

/** A series may go on after one of a former system, until it has given a number: from then on it only moves forward. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table number_series
      add column first_number bigint not null default 1 check (first_number >= 1),
      add constraint numbers_from_the_first check (next_number >= first_number);

    create function app.guard_new_series() returns trigger language plpgsql as $$
    begin
      raise exception 'number series % begins with its first number', new.id using errcode = 'PL219';
    end $$;
    create trigger begins before insert on number_series
      for each row when (new.next_number <> new.first_number) execute function app.guard_new_series();
    ${changes.map(([name, change]) => changeFunction(name, change)).join("")}
  `);
}

const backward = "if new.next_number < old.next_number";
const changes = [
  [
    "app.refuse_number_reuse",
    {
      from: backward,
      // What gave no number yet may go on after another series, and be set right.
      to: `if old.next_number = old.first_number and new.next_number = new.first_number
         and to_jsonb(new) - array['first_number', 'next_number', 'format', 'last_issued_on']
           = to_jsonb(old) - array['first_number', 'next_number', 'format', 'last_issued_on'] then
        return new;
      end if;
      ${backward}`,
    },
  ],
  [
    "app.refuse_gaps",
    {
      from: "if new.next_number - old.next_number <> (",
      to: "if new.first_number = old.first_number and new.next_number - old.next_number <> (",
    },
  ],
  ["app.guard_invoice", { from: "and new.number >= 1 and", to: "and new.number >= s.first_number and" }],
] as const;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${changes.map(([name, { from, to }]) => changeFunction(name, { from: to, to: from })).join("")}
    drop trigger begins on number_series;
    drop function app.guard_new_series();
    alter table number_series drop column first_number;
  `);
}
