import { beforeEach, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import type { Firm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { runBilling } from "../billing-runs/run-billing.ts";
import { startBillingRun } from "../billing-runs/start-billing-run.ts";
import { conserveMinutes } from "../work/conserve-minutes.ts";

const database = useTestDatabase();
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
  const billingRunId = await runner((scope) => startBillingRun(scope, { period: monthPeriod("2026-10") as Period }));
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
