import { createReadStream, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import type { ImportKind } from "@plumbline/contract/import-row";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type InvoiceStage, invoiceStages } from "@plumbline/domain/invoice/lifecycle";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { importFile } from "@plumbline/operations/imports/import-file";
import { enterTenant } from "@plumbline/operations/tenants/enter-tenant";
import { provisionTenant } from "@plumbline/operations/tenants/provision-tenant";
import { readTenantFolder, type TenantFolder } from "@plumbline/operations/tenants/read-tenant-folder";
import type { InScope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { closeMonth } from "@plumbline/testing/close-month";
import type { TestDatabase } from "@plumbline/testing/database";

const tenants = resolve(import.meta.dirname, "../../tenants");
const october = { start: "2026-10-01" as LocalDate, end: "2026-11-01" as LocalDate };

const masterKinds = ["clients", "rate_cards", "engagements", "projects", "workers", "worker_grades", "rates"] as const;

type Row = Readonly<Record<string, string>>;

/** A demo firm as its folder has it, with a month of time that this makes up. */
export type MonthFirm = {
  readonly folder: TenantFolder;
  readonly as: (role: string) => Promise<InScope>;
};

/** A firm with a month's work imported and billed, its invoices at every desk, some of them for longer than they should. */
export async function firmMonth({ pool, admin }: TestDatabase, slug: string): Promise<MonthFirm> {
  const folder = await readTenantFolder(join(tenants, slug));
  await provisionTenant(pool, folder);
  const importer = await enterTenant(pool, slug, { kind: "system", name: "importer" });
  const take = (kind: ImportKind, source: AsyncIterable<Uint8Array | string>) =>
    importFile(importer, { kind, system: "proof", fileName: `${kind}.csv`, source });
  for (const kind of masterKinds) await take(kind, createReadStream(join(tenants, slug, "data", `${kind}.csv`)));
  await take("time_entries", timeEntries(slug));

  const as: MonthFirm["as"] = (role) => {
    const person = folder.tenant.people.find(({ roles }) => roles.some((held) => held === role));
    if (person === undefined) throw new Error(`${slug} has no ${role}`);
    return enterTenant(pool, slug, { kind: "person", email: person.email });
  };
  const runner = await enterTenant(pool, slug, { kind: "system", name: "billing-runner" });
  const coordinator = await as("billing_coordinator");
  const billingRunId = await coordinator((scope) => startBillingRun(scope, { period: october }));
  await runBilling(runner, { billingRunId });
  await spread(as);
  await age(admin, slug);
  return { folder, as };
}

/** Where invoices stay, in turn. */
const desks: readonly InvoiceStage[] = [
  "issued",
  "validation_pending",
  "manager_approved",
  "draft",
  "validation_pending",
  "finance_approved",
  "issued",
];

async function spread(as: MonthFirm["as"]): Promise<void> {
  const [coordinator, manager, finance] = await Promise.all([
    as("billing_coordinator"),
    as("project_manager"),
    as("finance_approver"),
  ]);
  const ids = await coordinator((scope) => query<{ id: string }>(scope.tx, "select id from invoices order by id"));
  const until = new Map(ids.map(({ id }, turn) => [id, desks[turn % desks.length] ?? "draft"]));
  const order = (stage: InvoiceStage) => invoiceStages.indexOf(stage);
  const mayMove = ({ id, stage }: { readonly id: string; readonly stage: InvoiceStage }) =>
    order(stage) < order(until.get(id) ?? "draft");
  await closeMonth({ coordinator, manager, finance }, { period: october, mayMove });
}

/** Lets every other invoice have waited for days, which no operation could: the service's clock is the database's. */
async function age(admin: TestDatabase["admin"], slug: string): Promise<void> {
  await admin.query("begin");
  await admin.query("set local session_replication_role = replica");
  const aged = `select id, make_interval(hours => 3 + 17 * (row_number() over (order by id)::int % 6)) as by from invoices
     where tenant_id = (select id from tenants where slug = $1)`;
  for (const [table, key, column] of [
    ["invoices", "id", "stage_since"],
    ["clocks", "invoice_id", "since"],
    ["approvals", "invoice_id", "decided_at"],
    ["outbox", "subject_id", "occurred_at"],
  ] as const) {
    const change = `update ${table} t set ${column} = t.${column} - a.by from (${aged}) a where a.id = t.${key}`;
    await admin.query(change, [slug]);
  }
  await admin.query("commit");
}

const narratives = [
  "Workshop with the steering group and follow-up notes",
  "Analysis of throughput figures and draft of findings",
  "Interviews on site, written up",
  "Review of the interface design with the client's team",
  "Preparation of the decision paper",
  "Test runs and corrections",
  "Status call and update of the plan",
];

/** Time on every project that is worked on: a few people, most days, the same every time. */
async function* timeEntries(slug: string): AsyncGenerator<string> {
  const read = (name: string): Row[] =>
    parseCsv(readFileSync(join(tenants, slug, "data", `${name}.csv`), "utf8"), { columns: true });
  const graded = new Set(read("worker_grades").map((row) => row["worker_key"]));
  const workers = read("workers").filter((row) => graded.has(row["worker_key"]));
  const projects = read("projects").filter((row) => row["active"] !== "no" && row["billable"] !== "no");
  yield "entry_key,worker_key,project_key,work_date,hours,status,narrative\n";
  let number = 0;
  for (const [place, project] of projects.entries()) {
    for (let day = 1; day <= 30; day += 1) {
      const weekday = new Date(Date.UTC(2026, 9, day)).getUTCDay();
      if (weekday === 0 || weekday === 6 || (day + place) % 3 === 0) continue;
      number += 1;
      const worker = workers[(place * 2 + (day % 2)) % workers.length];
      const narrative = narratives[(day + place) % narratives.length];
      const hours = (2 + ((day * 7 + place * 3) % 12) / 4).toFixed(2);
      const date = `2026-10-${String(day).padStart(2, "0")}`;
      yield `T-${number},${worker?.["worker_key"]},${project["project_key"]},${date},${hours},approved,${narrative}\n`;
    }
  }
}
