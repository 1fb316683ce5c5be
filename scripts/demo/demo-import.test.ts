import { createReadStream } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { importFile } from "@plumbline/operations/imports/import-file";
import { enterTenant } from "@plumbline/operations/tenants/enter-tenant";
import { provisionTenant } from "@plumbline/operations/tenants/provision-tenant";
import { readTenantFolder } from "@plumbline/operations/tenants/read-tenant-folder";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { demoFirms, tenantsFolder } from "./firm-data.ts";
import type { Defect } from "./time-entry-row.ts";
import { countDemoDefects, demoMonths, demoSeed } from "./time-entries.ts";
import { demoTimeEntriesCsv } from "./to-csv.ts";

const database = useTestDatabase();

/** In the order in which one refers to the other. */
const masterKinds = ["clients", "rate_cards", "engagements", "projects", "workers", "worker_grades", "rates"] as const;

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
];

it.each(demoFirms)("the import takes %s in, and quarantines exactly the unreadable time entries", async (firm) => {
  const { pool } = database.current;
  await provisionTenant(pool, await readTenantFolder(join(tenantsFolder, firm)));
  const inScope = await enterTenant(pool, firm, { kind: "system", name: "importer" });
  for (const kind of masterKinds) {
    const source = createReadStream(join(tenantsFolder, firm, "data", `${kind}.csv`));
    const summary = await importFile(inScope, { kind, system: "demo", fileName: `${kind}.csv`, source });
    expect(summary).toMatchObject({ kind, quarantined: 0, added: summary.read });
  }
  const request = { firm, months: demoMonths, seed: demoSeed };
  const source = demoTimeEntriesCsv(request);
  const summary = await importFile(inScope, { kind: "time_entries", system: "demo", fileName: "time.csv", source });
  const defects = countDemoDefects(request);
  expect(summary.quarantined).toBe(unreadable.reduce((sum, defect) => sum + (defects.get(defect) ?? 0), 0));
});
