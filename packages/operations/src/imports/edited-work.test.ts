import { beforeEach, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import type { Firm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { runBilling } from "../billing-runs/run-billing.ts";
import { startBillingRun } from "../billing-runs/start-billing-run.ts";
import { createCreditNote } from "../credits/create-credit-note.ts";
import { conserveMinutes } from "../work/conserve-minutes.ts";

const database = useTestDatabase();
const october = monthPeriod("2026-10") as Period;
let firm: Firm;
beforeEach(async () => {
  ({ firm } = await billedFirm(database.current.pool));
});

const where = async () => {
  const minutes = await (await firm.as("auditor"))(conserveMinutes);
  return Object.fromEntries(Object.entries(minutes).filter(([, count]) => count !== 0));
};

async function bill(): Promise<void> {
  const runner = await firm.as("billing-runner");
  const billingRunId = await runner((scope) => startBillingRun(scope, { period: october }));
  await runBilling(runner, { billingRunId });
}

it("that was not billable is accounted for anew with the next run, all of it", async () => {
  await firm.take("projects", [{ project_key: "pitch", engagement_key: "e1", name: "Pitch", billable: "no" }]);
  await firm.take("time_entries", [timeEntry("free", { project_key: "pitch" })]);
  await bill();
  expect(await where()).toEqual({ drafted: 120, no_charge: 120 });
  await firm.take("time_entries", [timeEntry("free", { project_key: "pitch", hours: "3.00" })]);
  expect(await where()).toEqual({ drafted: 120, unbilled: 180 });
  await bill();
  expect(await where()).toEqual({ drafted: 120, no_charge: 180 });
});

it("counts as it is now while the draft that bills it waits to be revised, never as less than nothing", async () => {
  await firm.take("time_entries", [timeEntry("t1", { hours: "0.50" })]);
  expect(await where()).toEqual({ drafted: 30 });
  await firm.take("time_entries", [timeEntry("t1", { hours: "4.00" })]);
  expect(await where()).toEqual({ drafted: 120, unbilled: 120 });
});

it("stays given up when all of it was credited away after bill: an edit is refused, and says by which invoice", async () => {
  const closers = await closersOf(firm);
  await closeMonth(closers, { period: october });
  const coordinator = await firm.as("coordinator");
  await coordinator(async (scope) => {
    const [invoice] = await query<{ id: InvoiceId }>(scope.tx, "select id from invoices");
    const invoiceId = (invoice as { id: InvoiceId }).id;
    await createCreditNote(scope, { invoiceId, lines: "concession", code: "not_agreed", reason: "Goodwill" });
  });
  await closeMonth(closers, { period: october });
  expect(await where()).toEqual({ written_off: 120 });
  expect(await firm.take("time_entries", [timeEntry("t1", { hours: "5.00" })])).toMatchObject({ quarantined: 1 });
  const { rows } = await database.current.admin.query<{ issues: { reason: string }[] }>(
    "select issues from quarantined_rows where tenant_id = $1",
    [firm.tenantId],
  );
  expect(rows[0]?.issues[0]?.reason).toMatch(/^was given up by a credit of invoice F-\S+, and stays as it was$/);
  await bill();
  expect(await where()).toEqual({ written_off: 120 });
});
