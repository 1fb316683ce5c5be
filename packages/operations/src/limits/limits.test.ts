import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { runBilling } from "../billing-runs/run-billing.ts";
import { startBillingRun } from "../billing-runs/start-billing-run.ts";
import { discardInvoices } from "../invoices/discard-invoices.ts";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { conserveMinutes } from "../work/conserve-minutes.ts";

const database = useTestDatabase();
const month = (text: string) => monthPeriod(text) as Period;
let firm: Firm;
let now: Date;

const engagement = {
  engagement_key: "e1",
  client_key: "c1",
  code: "E-1",
  card_key: "std",
  approver_email: "manager@firm.example",
};
const entry = (key: string, more: Readonly<Record<string, string>> = {}) => ({
  entry_key: key,
  worker_key: "w1",
  project_key: "p1",
  work_date: "2026-10-05",
  hours: "4.00",
  role: "Senior",
  status: "approved",
  narrative: key,
  ...more,
});

afterEach(async () => mustRecompute(await firm.as("auditor")));

beforeEach(async () => {
  now = new Date("2026-11-03T10:00:00Z");
  firm = await newFirm(database.current.pool, { clock: () => now });
  await firm.take("clients", [billableClient("c1", { name: "Bright", grouping: "project" })]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
});

async function work(
  terms: Readonly<Record<string, string>>,
  entries: readonly Readonly<Record<string, string>>[],
  cap = {},
) {
  await firm.take("engagements", [{ ...engagement, ...terms }]);
  await firm.take("projects", [
    { project_key: "p1", engagement_key: "e1", name: "Rollout", ...cap },
    { project_key: "p2", engagement_key: "e1", name: "Training" },
  ]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "100.00", effective_from: "2026-01-01" }]);
  expect(await firm.take("time_entries", entries)).toMatchObject({ quarantined: 0 });
}

const rows = async (sql: string) => (await database.current.admin.query(sql, [firm.tenantId])).rows;
const limits = async () =>
  (
    await rows(
      "select kind, measure, total, used from limits where tenant_id = $1 and total is not null order by kind, measure",
    )
  ).map(
    (row: { kind: string; measure: string; total: string; used: string }) =>
      `${row.kind} ${row.measure} ${row.used}/${row.total}`,
  );
const nets = async () =>
  (await rows("select net_minor as net from invoices where tenant_id = $1 and stage <> 'discarded' order by id")).map(
    ({ net }) => net,
  );
const open = async () =>
  (
    await rows(
      "select code, minutes, amount_minor as amount from exceptions where tenant_id = $1 and state = 'open' and severity = 'block' order by code, minutes",
    )
  ).map((row: object) => Object.values(row).join(" "));

async function bill(text = "2026-10") {
  const runner = await firm.as("billing-runner");
  const id = await runner((scope) => startBillingRun(scope, { period: month(text) }));
  return runBilling(runner, { billingRunId: id });
}

async function close(text = "2026-10") {
  const runner = await firm.as("billing-runner");
  return closeMonth(await closersOf(firm), {
    period: month(text),
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
}

it("splits the entry that straddles a cap, bills the rest once the cap is raised, and loses no minute", async () => {
  await work({ cap_amount: "500.00" }, [entry("a"), entry("b")]);
  expect(await close()).toMatchObject({ drafted: 1, issued: 1 });
  expect(await nets()).toEqual(["50000"]);
  expect(await limits()).toEqual(["cap money 50000/50000"]);
  expect(await open()).toEqual(["cap-reached 180 30000"]);
  const auditor = await firm.as("auditor");
  expect(await auditor(conserveMinutes)).toMatchObject({ billed: 300, held: 180, unbilled: 0 });

  await firm.take("engagements", [{ ...engagement, cap_amount: "2000.00" }]);
  now = new Date("2026-12-02T10:00:00Z");
  expect(await close("2026-11")).toMatchObject({ drafted: 1, issued: 1 });
  expect(await nets()).toEqual(["50000", "30000"]);
  expect(await rows("select share, minutes, partial from claims where tenant_id = $1 order by minutes")).toEqual([
    { share: 0, minutes: 60, partial: true },
    { share: 1, minutes: 180, partial: true },
    { share: 0, minutes: 240, partial: false },
  ]);
  expect(await open()).toEqual([]);
  expect(await auditor(conserveMinutes)).toMatchObject({ billed: 480, held: 0 });
});

it("reserves an order at draft over all its drafts, gives it back when one is given up, and consumes it at issue", async () => {
  const order = { po_number: "PO-1", po_amount: "700.00", po_valid_from: "2026-01-01" };
  await work(order, [entry("a"), entry("b", { project_key: "p2" })]);
  await bill();
  expect(await nets()).toEqual(["40000", "30000"]);
  expect(await limits()).toEqual(["order money 70000/70000"]);
  const coordinator = await firm.as("coordinator");
  const [first] = await rows("select id from invoices where tenant_id = $1 order by id");
  await coordinator((scope) => discardInvoices(scope, { invoiceIds: [first.id], reason: "Wrong month" }));
  expect(await limits()).toEqual(["order money 30000/70000"]);
  expect(await close("2026-11")).toMatchObject({ issued: 2 });
  expect(new Set(await nets())).toEqual(new Set(["30000", "40000"]));
  expect(await rows("select distinct state from limit_uses where tenant_id = $1 order by state")).toEqual([
    { state: "consumed" },
    { state: "released" },
  ]);
});

it("caps the hours of one project and leaves the others alone", async () => {
  await work({}, [entry("a"), entry("b", { project_key: "p2" })], { cap_hours: "3" });
  await bill();
  expect(await nets()).toEqual(["30000", "40000"]);
  expect(await open()).toEqual(["cap-reached 60 10000"]);
});

it("waits for whoever changes the same limit, and then drafts only what is left", async () => {
  await work({ cap_amount: "500.00" }, [entry("a")]);
  const coordinator = await firm.as("coordinator");
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const lowering = coordinator(async (scope) => {
    await scope.tx.raw("update limits set total = 20000");
    await held;
  });
  const running = bill();
  const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%limits%'";
  while ((await database.current.admin.query(waiting)).rows.length === 0) await sleep(20);
  letGo();
  await lowering;
  expect(await running).toBe("done");
  expect(await nets()).toEqual(["20000"]);
  expect(await limits()).toEqual(["cap money 20000/20000"]);
  expect(await open()).toEqual(["cap-reached 120 20000"]);
});

it("lets two revisions at once never take more than there is", async () => {
  await work({ cap_amount: "900.00" }, [entry("a"), entry("b", { project_key: "p2" })]);
  await bill();
  const ids = (await rows("select id from invoices where tenant_id = $1 order by id")).map(({ id }) => id as InvoiceId);
  const coordinator = await firm.as("coordinator");
  await coordinator((scope) => submitInvoices(scope, { invoiceIds: ids }));
  await firm.take("time_entries", [entry("c"), entry("d", { project_key: "p2" })]);
  const revised = await Promise.allSettled(
    ids.map((invoiceId) => coordinator((scope) => reviseInvoice(scope, { invoiceId, reason: "Late time" }))),
  );
  expect(revised.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  const sum = (await nets()).reduce((total, net) => total + Number(net), 0);
  expect(sum).toBe(90_000);
  expect(await limits()).toEqual(["cap money 90000/90000"]);
});

it("the database itself refuses to overspend, to count by hand, and to issue without the order's part", async () => {
  await work({ po_number: "PO-1", po_amount: "1000.00" }, [entry("a")]);
  await bill();
  const [row] = await rows(
    'select l.id as "limitId", i.id as "invoiceId" from limits l, invoices i where l.tenant_id = $1 and i.tenant_id = $1',
  );
  const runner = await firm.as("billing-runner");
  const attempt = (sql: string, values: readonly unknown[]) =>
    runner((scope) => scope.tx.raw(sql, values as never)).then(
      () => "allowed",
      (error: { code: string }) => error.code,
    );
  const use =
    "insert into limit_uses (id, limit_id, invoice_id, content_version, amount) values (gen_random_uuid(), ?, ?, 2, ?)";
  expect(await attempt(use, [row.limitId, row.invoiceId, "60001"])).toBe("23514");
  expect(await attempt("update limits set used = 0", [])).toBe("PL071");
  expect(await attempt("update limit_uses set state = 'reserved'", [])).toBe("PL070");
  const both = [use, use].map(async (sql) => attempt(sql, [row.limitId, row.invoiceId, "40000"]));
  expect((await Promise.all(both)).toSorted()).not.toEqual(["allowed", "allowed"]);
});

it("refuses a cap below what is billed, an order in another currency and one that is smaller than what was drawn", async () => {
  await work({ cap_amount: "500.00", po_number: "PO-1", po_amount: "700.00" }, [entry("a")]);
  await bill();
  await firm.take("engagements", [{ ...engagement, cap_amount: "300.00", po_number: "PO-1", po_amount: "700.00" }]);
  await firm.take("engagements", [{ ...engagement, cap_amount: "500.00", po_number: "PO-1", po_amount: "300.00" }]);
  await firm.take("engagements", [{ ...engagement, po_number: "PO-2", po_amount: "300.00", po_currency: "USD" }]);
  const issues = (await rows("select issues from quarantined_rows where tenant_id = $1 order by id")).flatMap(
    ({ issues: all }: { issues: { field: string; reason: string }[] }) =>
      all.map(({ field, reason }) => `${field}: ${reason}`),
  );
  expect(issues).toEqual([
    "cap_amount: is less than the 400.00 EUR that are drafted or billed under it already",
    "po_amount: is less than the 400.00 EUR that are drafted or billed under it already",
    "po_currency: the order is in USD, the engagement in EUR",
  ]);
});
