import { beforeEach, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { entity, takeTerms, takeWork } from "@plumbline/testing/credit-scenario-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { runBilling } from "../billing-runs/run-billing.ts";
import { startBillingRun } from "../billing-runs/start-billing-run.ts";

const database = useTestDatabase();
const period = monthPeriod("2026-10") as Period;
let firm: Firm;
beforeEach(async () => {
  const clock = () => new Date("2026-11-03T10:00:00Z");
  firm = await newFirm(database.current.pool, { clock, folder: { legalEntities: [entity("DE")] } });
});

const evergreen = { retainer_minimum: "1000.00", retainer_target: "5000.00", retainer_top_up: "invoiced" };
const agree = (engagement: Readonly<Record<string, string>>) => takeTerms(firm, { engagement }, "DE");
async function bill() {
  const runner = await firm.as("billing-runner");
  const billingRunId = await runner((scope) => startBillingRun(scope, { period }));
  await runBilling(runner, { billingRunId });
}
const issueAll = async () => closeMonth(await closersOf(firm), { period });
const deposits = async () =>
  (
    await database.current.admin.query<{ net: string; stage: string }>(
      "select net_minor::text as net, stage from invoices where tenant_id = $1 and kind = 'deposit' order by id",
      [firm.tenantId],
    )
  ).rows.map(({ net, stage }) => `${net} ${stage}`);

it("is asked for by a deposit invoice up to the target, and never twice while one is open", async () => {
  await agree(evergreen);
  await bill();
  expect(await deposits()).toEqual(["500000 draft"]);
  await bill();
  expect(await deposits()).toEqual(["500000 draft"]);
  await issueAll();
  await bill();
  expect(await deposits()).toEqual(["500000 issued"]);
  await mustRecompute(await firm.as("auditor"));
});

it("is asked for again once invoices took it below the minimum, for the difference", async () => {
  await agree(evergreen);
  await bill();
  await issueAll();
  // Forty hours leave exactly the minimum.
  const days = Array.from({ length: 5 }, (_, index) => `2026-10-0${5 + index} 8.00`);
  await takeWork(firm, { work: days });
  await bill();
  expect(await deposits()).toEqual(["500000 issued"]);
  await takeWork(firm, { work: ["2026-10-12 1.00"] }, "late");
  await bill();
  expect(await deposits()).toEqual(["500000 issued", "410000 draft"]);
});

it("is told and not invoiced where nobody agreed that, after its end, and beyond a cap", async () => {
  await agree({ retainer_minimum: "1000.00", retainer_target: "5000.00" });
  await bill();
  await firm.take("engagements", [again({ ...evergreen, retainer_use_by: "2026-10-31" })]);
  await bill();
  await firm.take("engagements", [again({ ...evergreen, cap_amount: "4999.99" })]);
  await bill();
  expect(await deposits()).toEqual([]);
  expect(await firm.take("engagements", [again({ retainer_top_up: "invoiced" })])).toMatchObject({ quarantined: 1 });
});

const again = (more: Readonly<Record<string, string>>) => ({
  engagement_key: "e1",
  client_key: "c1",
  code: "E-1",
  card_key: "std",
  approver_email: "manager@firm.example",
  ...more,
});
