import { expect, it } from "vitest";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { movedColumns } from "./move-to-survivor.ts";

const database = useTestDatabase();

it("moves every column of the database that names a client, but for ways of delivery, waivers and its own records", async () => {
  const { rows } = await database.current.admin.query(`
    select k.conrelid::regclass::text as "table", array_agg(a.attname::text order by a.attname) as columns
      from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[2]
     where k.contype = 'f' and k.confrelid = 'clients'::regclass group by 1 order by 1`);
  const moved = Object.entries({
    ...movedColumns,
    delivery_profiles: ["client_id"],
    client_merges: ["merged_id", "survivor_id"],
    // What was waived for the merged client, nobody waived for the survivor: it ends.
    waivers: ["client_id"],
  });
  expect(Object.fromEntries(rows.map(({ table, columns }) => [table, columns]))).toEqual(Object.fromEntries(moved));
});
