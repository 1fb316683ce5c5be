import { expect, it } from "vitest";
import type { ImportKind } from "@plumbline/contract/import-row";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
const query = async (sql: string, { tenantId }: Firm) => (await database.current.admin.query(sql, [tenantId])).rows;

const faults = async (firm: Firm) =>
  (await query("select issues from quarantined_rows where tenant_id = $1", firm)).flatMap(
    ({ issues }: { issues: { field: string; reason: string }[] }) =>
      issues.map(({ field, reason }) => `${field}: ${reason}`),
  );

it("keeps hours and holidays of a legal entity, and what was known before when they are corrected", async () => {
  const firm = await newFirm(database.current.pool);
  await firm.take("business_hours", [{ weekday: "friday", opens: "08:00", closes: "12:30" }, { weekday: "Saturday" }]);
  await firm.take("holidays", [{ date: "2026-12-25", name: "Christmas Day" }]);
  const eve = { date: "2026-12-24", name: "Christmas Eve", opens: "09:00" };
  await firm.take("holidays", [{ ...eve, closes: "12:00" }]);
  expect(await firm.take("holidays", [{ ...eve, closes: "12:00" }])).toMatchObject({ unchanged: 1 });
  expect(await firm.take("holidays", [{ ...eve, closes: "14:00" }])).toMatchObject({ changed: 1 });
  expect(
    await query("select weekday, opens, closes from business_hours where tenant_id = $1 order by 1", firm),
  ).toEqual([
    { weekday: 5, opens: 480, closes: 750 },
    { weekday: 6, opens: null, closes: null },
  ]);
  expect(
    await query(
      "select falls_on, closes, known_to is null as known from holidays where tenant_id = $1 order by falls_on, closes",
      firm,
    ),
  ).toEqual([
    { falls_on: "2026-12-24", closes: 720, known: false },
    { falls_on: "2026-12-24", closes: 840, known: true },
    { falls_on: "2026-12-25", closes: null, known: true },
  ]);
});

it.each<[string, ImportKind, Readonly<Record<string, string>>, string]>([
  [
    "a day there is not",
    "holidays",
    { date: "2026-02-30", name: "Leap" },
    "date: “2026-02-30” is not a date; write YYYY-MM-DD",
  ],
  [
    "a day of no week",
    "business_hours",
    { weekday: "someday" },
    "weekday: “someday” is none of monday, tuesday, wednesday, thursday, friday, saturday, sunday",
  ],
  [
    "a time there is not",
    "business_hours",
    { weekday: "monday", opens: "9", closes: "17:00" },
    "opens: “9” is not a time such as 09:00",
  ],
  [
    "half an opening",
    "business_hours",
    { weekday: "monday", opens: "09:00" },
    "closes: is empty, while opens is not: a day has both, or is closed",
  ],
  [
    "a night shift",
    "business_hours",
    { weekday: "monday", opens: "22:00", closes: "06:00" },
    "closes: is not after opens; a shift over midnight is two days' hours",
  ],
  [
    "another firm's entity",
    "holidays",
    { entity_key: "fr", date: "2026-07-14", name: "Fête" },
    "entity_key: there is no legal entity “fr”",
  ],
])("refuses %s", async (_, kind, row, fault) => {
  const firm = await newFirm(database.current.pool);
  expect(await firm.take(kind, [row])).toMatchObject({ quarantined: 1 });
  expect(await faults(firm)).toEqual([fault]);
});
