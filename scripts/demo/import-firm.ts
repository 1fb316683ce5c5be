import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { ImportKind } from "@plumbline/contract/import-row";
import { hasImported } from "@plumbline/operations/imports/has-imported";
import { importFile } from "@plumbline/operations/imports/import-file";
import type { ImportSummary } from "@plumbline/operations/imports/import-store";
import { enterTenant } from "@plumbline/operations/tenants/enter-tenant";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { type DemoFirm, hasFirmCsv, tenantsFolder } from "./firm-data.ts";
import { demoMonths, demoSeed } from "./time-entries.ts";
import { demoTimeEntriesCsv } from "./to-csv.ts";

const system = "demo";

/** In the order in which one refers to the other. */
const masterKinds = ["clients", "rate_cards", "engagements", "projects", "workers", "worker_grades", "rates"] as const;

/** What only some firms have. */
const furtherKinds = ["milestones", "subscriptions", "meters", "usage", "expenses"] as const;

/** Imports a demo firm's data as a person would: its files one after another, the time entries last. Once. */
export async function importDemoFirm(
  pool: TenantPool,
  firm: DemoFirm,
  say: (line: string) => void,
): Promise<ImportSummary[]> {
  const inScope = await enterTenant(pool, firm, { kind: "system", name: "importer" });
  const summaries: ImportSummary[] = [];
  const take = async (kind: ImportKind, fileName: string, open: () => AsyncIterable<Uint8Array | string>) => {
    if (await inScope((scope) => hasImported(scope, { kind, system, fileName }))) return;
    const summary = await importFile(inScope, { kind, system, fileName, source: open() });
    if (kind === "time_entries") say(`${firm}: ${summary.read} entries read, ${summary.quarantined} quarantined`);
    summaries.push(summary);
  };
  for (const kind of [...masterKinds, ...furtherKinds.filter((each) => hasFirmCsv(firm, each))]) {
    await take(kind, `${kind}.csv`, () => createReadStream(join(tenantsFolder, firm, "data", `${kind}.csv`)));
  }
  const months = `${demoMonths[0]}-to-${demoMonths.at(-1)}`;
  await take("time_entries", `time-entries-${months}.csv`, () =>
    demoTimeEntriesCsv({ firm, months: demoMonths, seed: demoSeed }),
  );
  return summaries;
}
