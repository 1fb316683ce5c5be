import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { runBilling } from "../billing-runs/run-billing.ts";
import { startBillingRun } from "../billing-runs/start-billing-run.ts";
import { createCreditNote, type CreditInput } from "../credits/create-credit-note.ts";
import { discardInvoices } from "../invoices/discard-invoices.ts";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { conserveMinutes } from "../work/conserve-minutes.ts";

const database = useTestDatabase();
let firm: Firm;
let now: Date;

const engagement = {
  engagement_key: "e1",
  client_key: "c1",
  code: "E-1",
  card_key: "std",
  approver_email: "manager@firm.example",
  starts_on: "2026-10-01",
};
const bucket = { bucket_hours: "10", bucket_price: "1000.00", bucket_starts_on: "2026-10-01", bucket_rollover: "all" };
const entry = (key: string, on: string, hours: string) => ({
  entry_key: key,
  worker_key: "w1",
  project_key: "p1",
  work_date: on,
  hours,
  role: "Senior",
  status: "approved",
  narrative: key,
});

beforeEach(async () => {
  now = new Date("2026-11-03T10:00:00Z");
  firm = await newFirm(database.current.pool, { clock: () => now });
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
});

async function given(terms: Readonly<Record<string, string>>, entries: readonly Readonly<Record<string, string>>[]) {
  expect(await firm.take("engagements", [{ ...engagement, ...terms }])).toMatchObject({ quarantined: 0 });
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Support" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "120.00", effective_from: "2026-01-01" }]);
  if (entries.length > 0) expect(await firm.take("time_entries", entries)).toMatchObject({ quarantined: 0 });
}

const rows = async (sql: string) => (await database.current.admin.query(sql, [firm.tenantId])).rows;
const buckets = async () =>
  (
    await rows("select starts_on, minutes, used, carried from hour_buckets where tenant_id = $1 order by starts_on")
  ).map((row: object) => Object.values(row).join(" "));
const draws = async () =>
  (
    await rows(
      `select d.minutes, d.state, i.stage from bucket_draws d left join invoices i on i.tenant_id = d.tenant_id and i.id = d.invoice_id
        where d.tenant_id = $1 order by d.state, d.minutes`,
    )
  ).map((row: object) => Object.values(row).join(" "));
const lines = async () =>
  (
    await rows(
      `select l.description, l.net_minor from invoices i join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
        where i.tenant_id = $1 and i.stage <> 'discarded' order by i.id, l.position`,
    )
  ).map((row: object) => Object.values(row).join(" "));
const invoices = async (): Promise<InvoiceId[]> =>
  (await rows("select id from invoices where tenant_id = $1 order by id")).map(({ id }) => id);

async function bill(text: string) {
  const runner = await firm.as("billing-runner");
  const id = await runner((scope) => startBillingRun(scope, { period: monthPeriod(text) as Period }));
  return runBilling(runner, { billingRunId: id });
}

async function close(text: string) {
  const runner = await firm.as("billing-runner");
  return closeMonth(await closersOf(firm), {
    period: monthPeriod(text) as Period,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
}

const audited = async () =>
  (
    await rows(
      "select reason from audit_entries where tenant_id = $1 and action = 'hour_bucket.given_back' order by id",
    )
  ).map(({ reason }) => reason);
const minutes = async () => (await firm.as("auditor"))(conserveMinutes);

it("bills the hours of each period once, carries over what is left, and bills what goes beyond", async () => {
  await given(bucket, [entry("a", "2026-10-05", "7.00"), entry("b", "2026-11-05", "14.00")]);
  expect(await close("2026-10")).toMatchObject({ drafted: 1, issued: 1 });
  expect(await buckets()).toEqual(["2026-10-01 600 420 0"]);
  expect(await draws()).toEqual(["420 consumed issued"]);
  await bill("2026-10");
  now = new Date("2026-12-02T10:00:00Z");
  expect(await close("2026-11")).toMatchObject({ drafted: 1, issued: 1 });
  expect(await buckets()).toEqual(["2026-10-01 600 600 180", "2026-11-01 600 600 0"]);
  expect(await lines()).toEqual([
    "Hour bucket of 10 h, 2026-10-01 to 2026-10-31 100000",
    "Senior 12000",
    "Hour bucket of 10 h, 2026-11-01 to 2026-11-30 100000",
  ]);
  expect(await minutes()).toMatchObject({ covered: 420 + 780, billed: 60, unbilled: 0, held: 0 });
});

it("is drawn on at once where nothing else of the engagement is billed", async () => {
  await given({ ...bucket, bucket_every: "quarter" }, [entry("a", "2026-11-05", "2.00")]);
  await close("2026-10");
  now = new Date("2026-12-02T10:00:00Z");
  expect(await close("2026-11")).toMatchObject({ drafted: 0 });
  expect(await draws()).toEqual(["120 consumed "]);
  expect(await minutes()).toMatchObject({ covered: 120, unbilled: 0 });
});

it("gets back what a draft reserved when the draft is given up, and covers the same time anew", async () => {
  await given(bucket, [entry("a", "2026-10-05", "12.00")]);
  await bill("2026-10");
  expect(await draws()).toEqual(["600 reserved draft"]);
  const coordinator = await firm.as("coordinator");
  const [first] = await invoices();
  await coordinator((scope) => discardInvoices(scope, { invoiceIds: [first as InvoiceId], reason: "once more" }));
  expect(await draws()).toEqual(["600 released discarded"]);
  expect(await buckets()).toEqual(["2026-10-01 600 0 0"]);
  expect(await minutes()).toMatchObject({ covered: 0, unbilled: 720 });
  await bill("2026-10");
  expect(await buckets()).toEqual(["2026-10-01 600 600 0"]);
  expect(await minutes()).toMatchObject({ covered: 600, drafted: 120 });
});

it("covers late time when its draft is revised, and what it covered before stays covered once", async () => {
  await given(bucket, [entry("a", "2026-10-05", "8.00")]);
  await bill("2026-10");
  const coordinator = await firm.as("coordinator");
  const invoiceIds = await invoices();
  await coordinator((scope) => submitInvoices(scope, { invoiceIds }));
  await firm.take("time_entries", [entry("b", "2026-10-06", "3.00")]);
  const [invoiceId] = invoiceIds as [InvoiceId];
  await coordinator((scope) => reviseInvoice(scope, { invoiceId, reason: "late time" }));
  expect(await draws()).toEqual([
    "480 released validation_pending",
    "120 reserved validation_pending",
    "480 reserved validation_pending",
  ]);
  expect(await lines()).toEqual(["Senior 12000", "Hour bucket of 10 h, 2026-10-01 to 2026-10-31 100000"]);
  expect(await minutes()).toMatchObject({ covered: 600, drafted: 60, unbilled: 0 });
});

it("waits for whoever changes the same bucket, and then covers only what is left", async () => {
  await given(bucket, []);
  await bill("2026-10");
  await firm.take("time_entries", [entry("b", "2026-10-05", "8.00")]);
  const coordinator = await firm.as("coordinator");
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const lowering = coordinator(async (scope) => {
    await scope.tx.raw("update hour_buckets set minutes = 240");
    await held;
  });
  const running = bill("2026-10");
  const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%hour_buckets%'";
  while ((await database.current.admin.query(waiting)).rows.length === 0) await sleep(20);
  letGo();
  await lowering;
  expect(await running).toBe("done");
  expect(await buckets()).toEqual(["2026-10-01 240 240 0"]);
  expect(await minutes()).toMatchObject({ covered: 240, drafted: 240 });
});

it("lets two revisions at once never draw more than there is", async () => {
  await firm.take("clients", [billableClient("c1", { name: "Bright", grouping: "project" })]);
  await given({ ...bucket, bucket_hours: "4" }, [entry("a", "2026-10-05", "5.00")]);
  await firm.take("projects", [{ project_key: "p2", engagement_key: "e1", name: "Training" }]);
  await firm.take("time_entries", [{ ...entry("b", "2026-10-05", "5.00"), project_key: "p2" }]);
  await bill("2026-10");
  const invoiceIds = await invoices();
  const coordinator = await firm.as("coordinator");
  await coordinator((scope) => submitInvoices(scope, { invoiceIds }));
  await firm.take("time_entries", [entry("c", "2026-10-06", "5.00")]);
  const revised = await Promise.allSettled(
    invoiceIds.map((invoiceId) => coordinator((scope) => reviseInvoice(scope, { invoiceId, reason: "Late time" }))),
  );
  expect(revised.filter(({ status }) => status === "rejected")).toEqual([]);
  expect(await buckets()).toEqual(["2026-10-01 240 240 0"]);
  const { covered, drafted, unbilled } = await minutes();
  expect([covered, covered + drafted + unbilled]).toEqual([240, 900]);
});

it("follows its terms until it is billed, and refuses others from then on", async () => {
  await given(bucket, []);
  await bill("2026-10");
  await firm.take("engagements", [{ ...engagement, ...bucket, bucket_hours: "20", bucket_price: "1800.00" }]);
  expect(await buckets()).toEqual(["2026-10-01 1200 0 0"]);
  const coordinator = await firm.as("coordinator");
  const [invoiceId] = (await invoices()) as [InvoiceId];
  await coordinator((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
  await coordinator((scope) => reviseInvoice(scope, { invoiceId, reason: "new terms" }));
  expect(await lines()).toEqual(["Hour bucket of 20 h, 2026-10-01 to 2026-10-31 180000"]);
  await coordinator((scope) => discardInvoices(scope, { invoiceIds: [invoiceId], reason: "anew" }));
  await close("2026-10");
  expect(await firm.take("engagements", [{ ...engagement, ...bucket }])).toMatchObject({ quarantined: 1 });
  expect(await firm.take("engagements", [engagement])).toMatchObject({ quarantined: 1 });
  const later = {
    ...engagement,
    ...bucket,
    starts_on: "2026-11-01",
    bucket_starts_on: "2026-11-01",
    bucket_hours: "5",
  };
  expect(await firm.take("engagements", [later])).toMatchObject({ quarantined: 0 });
  const issues = await rows(
    "select issues->0->>'reason' as reason from quarantined_rows where tenant_id = $1 order by id",
  );
  expect(issues.map(({ reason }) => reason)).toEqual(
    Array.from(
      { length: 2 },
      () => "the hours bought from 2026-10-01, 20 h for 1800.00 EUR, were billed on invoice F-2026-00001 and must stay",
    ),
  );
  now = new Date("2026-12-02T10:00:00Z");
  await close("2026-11");
  expect(await buckets()).toEqual(["2026-10-01 1200 0 0", "2026-11-01 300 0 0"]);
});

/** Credits lines of the first invoice, or all of it, and issues the credit note. */
async function credit(month: string, what: Partial<CreditInput> = {}): Promise<void> {
  await (
    await firm.as("coordinator")
  )(async (scope) => {
    const [first] = await rows("select id from invoices where tenant_id = $1 and kind = 'invoice' order by id limit 1");
    const invoiceId = first.id as InvoiceId;
    await createCreditNote(scope, { invoiceId, lines: "rebillable", code: "wrong_rate", reason: "As agreed", ...what });
  });
  await close(month);
}

describe("hours that were covered", () => {
  it("go back to their bucket when its price is billed anew, and cover the same time by the terms of then", async () => {
    await given(bucket, [entry("a", "2026-10-05", "8.00")]);
    await close("2026-10");
    await credit("2026-09");
    expect(await draws()).toEqual(["480 released issued"]);
    expect(await buckets()).toEqual(["2026-10-01 600 0 0"]);
    expect(await minutes()).toMatchObject({ covered: 0, unbilled: 480 });
    expect(await audited()).toEqual(["What they were about was credited by CN-F-2026-00001, to be billed anew"]);
    // What was billed had to stay; now other hours may be agreed.
    const smaller = { ...bucket, bucket_hours: "5", bucket_price: "600.00" };
    expect(await firm.take("engagements", [{ ...engagement, ...smaller }])).toMatchObject({ quarantined: 0 });
    await close("2026-10");
    expect(await buckets()).toEqual(["2026-10-01 300 300 0"]);
    expect(await minutes()).toMatchObject({ covered: 300, billed: 180, unbilled: 0 });
    await mustRecompute(await firm.as("auditor"));
  });

  it("are drawn anew with the invoice that replaces theirs", async () => {
    await given(bucket, [entry("a", "2026-10-05", "12.00")]);
    await close("2026-10");
    await firm.take("rates", [{ card_key: "std", role: "Senior", price: "150.00", effective_from: "2026-01-01" }]);
    await credit("2026-10", { rebills: true });
    expect(await buckets()).toEqual(["2026-10-01 600 600 0"]);
    expect((await lines()).slice(-2).toSorted()).toEqual([
      "Hour bucket of 10 h, 2026-10-01 to 2026-10-31 100000",
      "Senior 30000",
    ]);
    expect(await minutes()).toMatchObject({ covered: 600, unbilled: 0 });
    await mustRecompute(await firm.as("auditor"));
  });

  it("stay with what was conceded, and with what was only billed beyond them", async () => {
    await given(bucket, [entry("a", "2026-10-05", "12.00")]);
    await close("2026-10");
    const positions = await rows("select position, unit from invoice_lines where tenant_id = $1");
    const [fee, beyond] = ["each", "minute"].map(
      (unit) => positions.find((line: { unit: string }) => line.unit === unit).position,
    );
    await credit("2026-09", { lines: [{ position: fee, treatment: "concession" }] });
    await credit("2026-09", { lines: [{ position: beyond, treatment: "rebillable" }] });
    expect(await draws()).toEqual(["600 consumed issued"]);
    expect(await minutes()).toMatchObject({ covered: 600, unbilled: 120 });
  });

  it("follow an edit of the time that they cover, and the withdrawal of its approval", async () => {
    await given(bucket, [entry("a", "2026-10-05", "8.00"), entry("b", "2026-10-06", "2.00")]);
    await close("2026-10");
    expect(await buckets()).toEqual(["2026-10-01 600 600 0"]);
    await firm.take("time_entries", [
      entry("a", "2026-10-05", "3.00"),
      { ...entry("b", "2026-10-06", "2.00"), status: "submitted" },
    ]);
    expect(await buckets()).toEqual(["2026-10-01 600 0 0"]);
    expect(await minutes()).toMatchObject({ covered: 0, unbilled: 180 });
    await close("2026-10");
    expect(await buckets()).toEqual(["2026-10-01 600 180 0"]);
    await firm.take("time_entries", [entry("a", "2026-10-05", "11.00")]);
    await close("2026-10");
    expect(await buckets()).toEqual(["2026-10-01 600 600 0"]);
    expect(await minutes()).toMatchObject({ covered: 600, billed: 60, unbilled: 0 });
    await mustRecompute(await firm.as("auditor"));
  });

  it("give way only after what was billed beyond them when their time becomes less", async () => {
    await given(bucket, [entry("a", "2026-10-05", "14.00")]);
    await close("2026-10");
    await firm.take("time_entries", [entry("a", "2026-10-05", "12.00")]);
    await close("2026-10");
    expect(await minutes()).toMatchObject({ covered: 600, billed: 120, unbilled: 0 });
    await firm.take("time_entries", [entry("a", "2026-10-05", "7.00")]);
    await close("2026-10");
    await close("2026-10");
    expect(await minutes()).toMatchObject({ covered: 420, billed: 0, unbilled: 0 });
    expect(await buckets()).toEqual(["2026-10-01 600 420 0"]);
    await mustRecompute(await firm.as("auditor"));
  });
});

it.each([
  [{ bucket_price: "" }, "bucket_price: is empty"],
  [{ bucket_starts_on: "" }, "bucket_starts_on: is empty"],
  [{ bucket_hours: "" }, "bucket_price: is about hours that are bought ahead, but bucket_hours is empty"],
  [{ bucket_every: "once" }, "bucket_rollover: leads into a next period, but the hours are bought once"],
  [{ bucket_rollover: "12" }, "bucket_rollover: is more than a period has"],
  [{ bucket_rollover: "some" }, "bucket_rollover: “some” is neither none nor all nor a number of hours"],
  [
    { bucket_rollover: "", bucket_expires_after: "2" },
    "bucket_expires_after: counts periods that nothing is carried into",
  ],
  [{ bucket_ends_on: "2026-12-15" }, "bucket_ends_on: is not the last day of a period"],
  [{ bucket_use_by: "2026-09-01" }, "bucket_use_by: is before the hours begin"],
  [{ flat_rate: "yes" }, "bucket_hours: are hours to draw on, but flat_rate says that a fee covers all time"],
])("that contradicts itself is refused when it is saved: %j", async (terms, reason) => {
  await firm.take("engagements", [{ ...engagement, ...bucket, ...terms }]);
  const [row] = await rows("select issues from quarantined_rows where tenant_id = $1");
  const [issue] = (row as { issues: { field: string; reason: string }[] }).issues;
  expect(`${issue?.field}: ${issue?.reason}`).toBe(reason);
});
