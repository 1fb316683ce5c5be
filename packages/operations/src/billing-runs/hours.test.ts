import { afterEach, beforeEach, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { conserveMinutes } from "../work/conserve-minutes.ts";
import { countApprovedMinutes } from "../work/count-approved-minutes.ts";
import { runBilling } from "./run-billing.ts";
import { startBillingRun } from "./start-billing-run.ts";

const database = useTestDatabase();
const month = (name: string) => monthPeriod(name) as Period;
let now = new Date("2026-11-03T10:00:00Z");
let firm: Firm;

const engagement = {
  engagement_key: "e1",
  client_key: "c1",
  code: "E-1",
  card_key: "std",
  approver_email: "manager@firm.example",
};
const entry = (key: string, more: Readonly<Record<string, string>> = {}) => ({
  entry_key: key,
  project_key: "p1",
  worker_key: "w1",
  work_date: "2026-10-05",
  hours: "1",
  role: "Senior",
  status: "approved",
  narrative: key,
  ...more,
});

afterEach(async () => mustRecompute(await firm.as("auditor")));

beforeEach(async () => {
  now = new Date("2026-11-03T10:00:00Z");
  firm = await newFirm(database.current.pool, { clock: () => now });
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "120", effective_from: "2026-01-01" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann Lee" }]);
});

async function agree(terms: Readonly<Record<string, string>>) {
  await firm.take("engagements", [{ ...engagement, ...terms }]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Rollout" }]);
}

async function bill(period = month("2026-10")) {
  const runner = await firm.as("billing-runner");
  const id = await runner((scope) => startBillingRun(scope, { period }));
  await runBilling(runner, { billingRunId: id });
}

const rows = async (sql: string) => (await database.current.admin.query(sql, [firm.tenantId])).rows;
const lines = () =>
  rows(`select l.minutes::int, l.price_minor::int as price, l.net_minor::int as net
          from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
                                              and i.content_version = l.content_version
         where l.tenant_id = $1 and i.stage <> 'discarded' order by l.id`);
const claims = () =>
  rows(`select share, partial, minutes, billed_minutes as billed from claims
         where tenant_id = $1 and released_at is null order by share, minutes`);

const conserved = async () => {
  const auditor = await firm.as("auditor");
  const [buckets, approved] = [await auditor(conserveMinutes), await auditor(countApprovedMinutes)];
  expect(Object.values(buckets).reduce((sum, minutes) => sum + minutes, 0)).toBe(approved);
  return buckets;
};

it("bills an entry across two prices in two parts, and drafts it the same when it is revised", async () => {
  await agree({ overtime: "150% over 8 h a day" });
  await firm.take("time_entries", [entry("a", { hours: "10" })]);
  await bill();
  const drafted = [
    { minutes: 480, price: 12_000, net: 96_000 },
    { minutes: 120, price: 18_000, net: 36_000 },
  ];
  expect(await lines()).toEqual(drafted);
  expect(await claims()).toEqual([
    { share: 0, partial: true, minutes: 480, billed: 480 },
    { share: 1, partial: true, minutes: 120, billed: 120 },
  ]);
  expect(await conserved()).toMatchObject({ drafted: 600 });
  const [{ id }] = (await rows("select id from invoices where tenant_id = $1")) as [{ id: InvoiceId }];
  const coordinator = await firm.as("coordinator");
  await coordinator((scope) => submitInvoices(scope, { invoiceIds: [id] }));
  await coordinator((scope) => reviseInvoice(scope, { invoiceId: id, reason: "looked again" }));
  expect(await lines()).toEqual(drafted);
});

it("bills late time of a billed day at the overtime it is, and nothing for minutes that a rounded day covers", async () => {
  await agree({ overtime: "150% over 8 h a day", increment_minutes: "15", increment_per: "day" });
  await firm.take("time_entries", [entry("a", { hours: "8" }), entry("b", { hours: "0.1", work_date: "2026-10-30" })]);
  const runner = await firm.as("billing-runner");
  await closeMonth(await closersOf(firm), {
    period: month("2026-10"),
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
  now = new Date("2026-12-02T10:00:00Z");
  await firm.take("time_entries", [
    entry("late", { hours: "1" }),
    entry("very late", { hours: "0.1", work_date: "2026-10-30" }),
  ]);
  await bill(month("2026-11"));
  expect(await lines()).toEqual([
    { minutes: 495, price: 12_000, net: 99_000 },
    { minutes: 60, price: 18_000, net: 18_000 },
  ]);
  const outcomes = await rows(
    "select outcome, minutes, reason from claims where tenant_id = $1 and outcome is not null",
  );
  expect(outcomes).toEqual([
    {
      outcome: "covered",
      minutes: 6,
      reason: "15 min were billed for the 6 min of 2026-10-30, and they cover these 6 min",
    },
  ]);
  expect(await conserved()).toMatchObject({ billed: 486, drafted: 60, covered: 6 });
  // What was covered is worked time of that day: three more minutes fit, four do not.
  await firm.take("time_entries", [entry("last", { hours: "0.07", work_date: "2026-10-30" })]);
  await bill(month("2026-11"));
  expect((await lines()).at(-1)).toEqual({ minutes: 15, price: 12_000, net: 3_000 });
});

it("counts the hours of other invoices towards volume tiers, and blends the roles of an engagement", async () => {
  await agree({ volume_tiers: "90% from 8 h", volume_tiers_per: "quarter" });
  await firm.take("rates", [
    { card_key: "std", engagement_key: "e1", price: "100", effective_from: "2026-01-01" },
    { card_key: "std", engagement_key: "e1", price: "110", effective_from: "2027-01-01" },
  ]);
  await firm.take("time_entries", [entry("a", { hours: "6", role: "Partner" })]);
  await bill();
  await firm.take("time_entries", [entry("b", { hours: "4", work_date: "2026-11-05", role: "" })]);
  await bill(month("2026-11"));
  expect(await lines()).toEqual([
    { minutes: 360, price: 10_000, net: 60_000 },
    { minutes: 120, price: 10_000, net: 20_000 },
    { minutes: 120, price: 9_000, net: 18_000 },
  ]);
});

it("refuses a rate of an engagement in another currency, or for all roles of a client", async () => {
  await agree({});
  await firm.take("rate_cards", [{ card_key: "usd", currency: "USD" }]);
  await firm.take("rates", [
    { card_key: "usd", engagement_key: "e1", price: "100", effective_from: "2026-01-01" },
    { card_key: "std", client_key: "c1", price: "100", effective_from: "2026-01-01" },
  ]);
  const refused = await rows(
    "select issues->0->>'field' as field from quarantined_rows where tenant_id = $1 order by line",
  );
  expect(refused).toEqual([{ field: "card_key" }, { field: "row" }]);
});

it("writes off what was recorded after the client's limit, and bills an edit of what was in time", async () => {
  await agree({ submission_days: "30" });
  await firm.take("time_entries", [entry("late"), entry("edited", { hours: "2" })]);
  // When work came in is nobody's to write; only who owns the database can pretend that it was another day.
  await database.current.admin.query(`
    set local session_replication_role = replica;
    update work_items set recorded_at = case minutes when 120 then '2026-10-06T10:00:00Z' else '2026-11-20T10:00:00Z' end::timestamptz
     where tenant_id = '${firm.tenantId}'`);
  await firm.take("time_entries", [entry("edited", { hours: "3" })]);
  await bill();
  expect(await lines()).toEqual([{ minutes: 180, price: 12_000, net: 36_000 }]);
  expect(
    await rows("select outcome, minutes, reason from claims where tenant_id = $1 and outcome is not null"),
  ).toEqual([
    {
      outcome: "written_off",
      minutes: 60,
      reason: "recorded on 2026-11-20 for 2026-10-05: the client takes no time later than 30 days",
    },
  ]);
  expect(await conserved()).toMatchObject({ drafted: 180, written_off: 60, unbilled: 0 });
  expect(await rows("select code, minutes::int from exceptions where tenant_id = $1 order by code")).toEqual([
    { code: "time-past-submission-limit", minutes: 60 },
  ]);
});
