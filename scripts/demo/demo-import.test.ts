import { join } from "node:path";
import { expect, it } from "vitest";
import { provisionTenant } from "@plumbline/operations/tenants/provision-tenant";
import { readTenantFolder } from "@plumbline/operations/tenants/read-tenant-folder";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { demoFirms, tenantsFolder } from "./firm-data.ts";
import type { Defect } from "./time-entry-row.ts";
import { countDemoDefects, demoMonths, demoSeed } from "./time-entries.ts";
import { importDemoFirm } from "./import-firm.ts";

const database = useTestDatabase();

/** Defects that make a row unreadable; the others go in and are found later. */
const unreadable: readonly Defect[] = [
  "unknown-project",
  "unknown-worker",
  "negative-hours",
  "zero-hours",
  "absurd-hours",
  "foreign-date",
  "impossible-date",
  "empty-cell",
  "broken-encoding",
  "formula-narrative",
];

it.each(demoFirms)("the import takes %s in, and quarantines exactly the unreadable time entries", async (firm) => {
  const { pool } = database.current;
  await provisionTenant(pool, await readTenantFolder(join(tenantsFolder, firm)));
  const summaries = await importDemoFirm(pool, firm, () => undefined);
  const summary = summaries.at(-1);
  for (const master of summaries.slice(0, -1)) expect(master).toMatchObject({ quarantined: 0, added: master.read });
  const defects = countDemoDefects({ firm, months: demoMonths, seed: demoSeed });
  expect(summary?.quarantined).toBe(unreadable.reduce((sum, defect) => sum + (defects.get(defect) ?? 0), 0));
});
