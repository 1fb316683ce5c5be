import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { findBillingRun, findBillingRunOf } from "@plumbline/operations/billing-runs/find-billing-run";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { summariseBilling } from "@plumbline/operations/billing-runs/summarise-billing";
import { countDocuments } from "@plumbline/operations/documents/count-documents";
import { enterTenant } from "@plumbline/operations/tenants/enter-tenant";
import { provisionTenant } from "@plumbline/operations/tenants/provision-tenant";
import { readTenantFolder, type TenantFolder } from "@plumbline/operations/tenants/read-tenant-folder";
import { advice } from "@plumbline/platform/advice";
import type { InScope } from "@plumbline/platform/scope";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { closeMonth } from "@plumbline/testing/close-month";
import { secondsSince } from "../command.ts";
import { demoFirms, tenantsFolder } from "../demo/firm-data.ts";
import { howFar } from "../demo/how-far.ts";
import { importDemoFirm } from "../demo/import-firm.ts";
import { payAhead } from "../demo/pay-ahead.ts";
import { demoMonths } from "../demo/time-entries.ts";
import { type FirmResult, monthEndTable } from "./month-end-table.ts";

export type MonthEndDeps = {
  readonly pool: TenantPool;
  /** Where documents are kept. */
  readonly documentsFolder: string;
  readonly say: (line: string) => void;
};

/**
 * Runs the month ends of the demo firms and says what happened. The worker does the billing and the documents; the
 * firms' people do the rest. What is done already is left alone, so a second start is quick.
 */
export async function runMonthEnd({ pool, documentsFolder, say }: MonthEndDeps): Promise<void> {
  const results: FirmResult[] = [];
  const auditors: { readonly firm: string; readonly inScope: InScope }[] = [];
  for (const slug of demoFirms) {
    const began = performance.now();
    const folder = await readTenantFolder(join(tenantsFolder, slug));
    await provisionTenant(pool, folder);
    await importDemoFirm(pool, slug, say);
    await payAhead(() => enterAs(pool, folder, "ar_specialist"), slug);
    for (const month of demoMonths) await closeDemoMonth(pool, folder, month, say);
    const auditor = await enterAs(pool, folder, "auditor");
    results.push({ firm: folder.tenant.name, summary: await auditor(summariseBilling), seconds: secondsSince(began) });
    auditors.push({ firm: folder.tenant.name, inScope: auditor });
  }
  // The worker renders while the next firm bills; only the last documents are waited for.
  for (const { firm, inScope } of auditors) await untilRendered(inScope, firm, say);
  for (const line of monthEndTable(results)) say(line);
  say(`The invoices as PDF and HTML: ${documentsFolder}`);
}

async function closeDemoMonth(
  pool: TenantPool,
  folder: TenantFolder,
  month: string,
  say: MonthEndDeps["say"],
): Promise<void> {
  const period = monthPeriod(month) as Period; // The demo's months are written by us.
  const as = (role: Parameters<typeof enterAs>[2]) => enterAs(pool, folder, role);
  const coordinator = await as("billing_coordinator");
  const known = await coordinator((scope) => findBillingRunOf(scope, { period }));
  // An earlier start may have been stopped anywhere: its run is waited for, and what it left is carried on.
  const began = performance.now();
  const billingRunId = known?.id ?? (await coordinator((scope) => startBillingRun(scope, { period })));
  const drafts = await untilBilled(coordinator, billingRunId, () =>
    say(`${folder.tenant.name}, ${month}: still billing`),
  );
  const close = await closeMonth(
    { coordinator, manager: await as("project_manager"), finance: await as("finance_approver") },
    { period, mayMove: await howFar(coordinator, { period, last: month === demoMonths.at(-1) }) },
  );
  if (known !== undefined && close.issued === 0) return;
  say(`${folder.tenant.name}, ${month}: ${drafts} drafts, ${close.issued} issued (${secondsSince(began)})`);
}

const enterAs = (
  pool: TenantPool,
  { tenant }: TenantFolder,
  role: TenantFolder["tenant"]["people"][number]["roles"][number],
): Promise<InScope> => {
  const person = tenant.people.find(({ roles }) => roles.includes(role));
  if (person === undefined) throw new Error(`${tenant.name} has no ${role}`);
  return enterTenant(pool, tenant.slug, { kind: "person", email: person.email });
};

const pollMs = 100;
const billedWithinMs = 10 * 60_000;

/** Waits for the worker, for the number of drafts. A run that an earlier start left behind is taken over when its lease ends. */
async function untilBilled(inScope: InScope, billingRunId: string, stillWaiting: () => void): Promise<number> {
  const began = performance.now();
  let said = began;
  for (;;) {
    const run = await inScope((scope) => findBillingRun(scope, { billingRunId }));
    if (run?.state !== "queued" && run?.state !== "running") return run?.drafts ?? 0;
    const now = performance.now();
    if (now - began > billedWithinMs)
      throw advice(`The billing run ${billingRunId} is still ${run.state} after 10 minutes.`);
    if (now - said > progressEveryMs) {
      stillWaiting();
      said = now;
    }
    await sleep(pollMs);
  }
}

const progressEveryMs = 5_000;

async function untilRendered(inScope: InScope, firm: string, say: MonthEndDeps["say"]): Promise<void> {
  let said = performance.now();
  for (;;) {
    const { rendered, wanted } = await inScope(countDocuments);
    if (rendered >= wanted) return;
    if (performance.now() - said > progressEveryMs) {
      say(`${firm}: ${rendered} of ${wanted} documents rendered`);
      said = performance.now();
    }
    await sleep(pollMs);
  }
}
