import { afterEach, beforeEach, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { billableClient } from "@plumbline/testing/billable-client";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { putInForce } from "@plumbline/testing/put-in-force";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { readBundle } from "../policies/policy-bundles.ts";
import { runBilling } from "./run-billing.ts";
import { startBillingRun } from "./start-billing-run.ts";

const database = useTestDatabase();
let firm: Firm;

const entry = (key: string, more: Readonly<Record<string, string>> = {}) => ({
  entry_key: key,
  project_key: "p1",
  worker_key: "w1",
  work_date: "2026-10-05",
  hours: "1",
  role: "Senior",
  status: "approved",
  narrative: `Draft the motion to compel ${key}`,
  ...more,
});

afterEach(async () => mustRecompute(await firm.as("auditor")));

beforeEach(async () => {
  firm = await newFirm(database.current.pool, { clock: () => new Date("2026-11-03T10:00:00Z") });
  await firm.take("clients", [billableClient("c1", { name: "Bright", grouping: "project" })]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
  await firm.take("rates", [
    { card_key: "std", role: "Senior", price: "100", effective_from: "2026-01-01" },
    { card_key: "std", role: "Secretary", price: "50", effective_from: "2026-01-01" },
  ]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann Lee" }]);
});

const engagement = {
  engagement_key: "e1",
  client_key: "c1",
  code: "E-1",
  card_key: "std",
  approver_email: "manager@firm.example",
};

async function bill(
  terms: Readonly<Record<string, string>>,
  entries: readonly Readonly<Record<string, string>>[],
  cap: Readonly<Record<string, string>> = {},
) {
  await firm.take("engagements", [{ ...engagement, ...terms }]);
  await firm.take("projects", [
    { project_key: "p1", engagement_key: "e1", name: "Rollout", ...cap },
    { project_key: "p2", engagement_key: "e1", name: "Training" },
  ]);
  expect(await firm.take("time_entries", entries)).toMatchObject({ quarantined: 0 });
  const runner = await firm.as("billing-runner");
  const id = await runner((scope) => startBillingRun(scope, { period: monthPeriod("2026-10") as Period }));
  await runBilling(runner, { billingRunId: id });
}

const rows = async (sql: string) => (await database.current.admin.query(sql, [firm.tenantId])).rows;
const exceptions = async () =>
  (
    await rows(
      "select code, severity, entries, minutes from exceptions where tenant_id = $1 and state = 'open' order by code, minutes",
    )
  ).map((row: object) => Object.values(row).join(" "));
/** Of the newest decision about each invoice. */
const facts = async (group: string) =>
  (
    await rows(`select distinct on (invoice_id) facts->'${group}' as facts from policy_decisions
                 where tenant_id = $1 order by invoice_id, id desc`)
  ).map((row: { facts: object }) => row.facts);
const decisions = () => rows("select from policy_decisions where tenant_id = $1");

it("judges narratives by the entry, and warns of each cause with the entries that have it", async () => {
  await putInForce(firm, await readBundle(["tenants/_platform/policies", "tenants/_verticals/legal"]));
  await bill({}, [
    entry("clean", { hours: "5" }),
    entry("vague", { narrative: "Work on matter." }),
    entry("short", { narrative: "Drafting" }),
    entry("lumped", { hours: "2", narrative: "Draft motion to compel; call with opposing counsel" }),
    entry("small", { hours: "0.5", narrative: "Review reply brief; email to client" }),
    entry("overhead", { role: "Secretary", narrative: "Bind exhibits for the hearing" }),
  ]);
  expect(await exceptions()).toEqual([
    "legal-block-billing warn 1 120",
    "legal-narrative-short warn 1 60",
    "legal-narrative-vague warn 1 60",
    "legal-overhead-timekeeper warn 1 60",
  ]);
  expect(await rows("select sum(minutes)::int as minutes from invoice_lines where tenant_id = $1")).toEqual([
    { minutes: 630 },
  ]);
});

it("counts each draft and those before it towards the cap, and the same when they are judged again", async () => {
  await bill({ cap_amount: "1000" }, [
    entry("first", { hours: "7.9" }),
    entry("second", { hours: "1", project_key: "p2" }),
  ]);
  const drafted = [
    { capped: true, usedPercent: "79" },
    { capped: true, usedPercent: "89" },
  ];
  expect(await facts("budget")).toEqual(drafted);
  expect(await exceptions()).toEqual(["budget-nearly-used warn 1 60"]);

  const [, last] = await rows("select id from invoices where tenant_id = $1 order by id");
  const coordinator = await firm.as("coordinator");
  await coordinator((scope) => submitInvoices(scope, { invoiceIds: [last.id] }));
  expect(await facts("budget")).toEqual(drafted);
  expect(await decisions()).toHaveLength(3);
});

it("says 100 percent only when nothing is left, and then nothing of 80", async () => {
  await bill({ cap_amount: "500" }, [entry("all", { hours: "6" })]);
  expect(await facts("budget")).toEqual([{ capped: true, usedPercent: "100" }]);
  expect(await exceptions()).toEqual(["budget-used-up warn 1 300", "cap-reached block 1 60"]);
});

it("leaves a project's cap to the invoices of that project", async () => {
  const entries = [entry("capped", { hours: "3.5" }), entry("free", { hours: "6", project_key: "p2" })];
  await bill({}, entries, { cap_hours: "4" });
  expect(await facts("budget")).toEqual([
    { capped: true, usedPercent: "87" },
    { capped: false, usedPercent: "0" },
  ]);
  expect(await exceptions()).toEqual(["budget-nearly-used warn 1 210"]);
});

it("knows who sells and who pays, drafted and submitted alike", async () => {
  await bill({}, [entry("a")]);
  const parties = async () => [...(await facts("seller")), ...(await facts("buyer")), ...(await facts("budget"))];
  const drafted = [{ country: "DE" }, { country: "DE", hasTaxId: true }, { capped: false, usedPercent: "0" }];
  expect(await parties()).toEqual(drafted);
  const [{ id }] = await rows("select id from invoices where tenant_id = $1");
  const coordinator = await firm.as("coordinator");
  await coordinator((scope) => submitInvoices(scope, { invoiceIds: [id] }));
  expect(await parties()).toEqual(drafted);
  expect(await decisions()).toHaveLength(2);
});
