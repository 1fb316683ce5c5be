import { beforeEach, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { EngagementId, InvoiceId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { query } from "@plumbline/platform/sql";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { entity, takeTerms, takeWork } from "@plumbline/testing/credit-scenario-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { runBilling } from "../billing-runs/run-billing.ts";
import { startBillingRun } from "../billing-runs/start-billing-run.ts";
import { discardInvoices } from "../invoices/discard-invoices.ts";
import { findInvoice } from "../invoices/find-invoice.ts";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { createDeposit } from "./create-deposit.ts";

const database = useTestDatabase();
const period = monthPeriod("2026-10") as Period;
let firm: Firm;

beforeEach(async () => {
  const clock = () => new Date("2026-11-03T10:00:00Z");
  firm = await newFirm(database.current.pool, { clock, folder: { legalEntities: [entity("IE")] } });
  await takeTerms(firm, {}, "IE");
});

const as = async <T>(work: Parameters<Awaited<ReturnType<Firm["as"]>>>[0]) =>
  (await (
    await firm.as("coordinator")
  )(work)) as T;

async function ask(minor: bigint): Promise<InvoiceId> {
  const { id } = await as<{ id: InvoiceId }>(async (scope) => {
    const [engagement] = await query<{ id: EngagementId }>(scope.tx, "select id from engagements");
    return createDeposit(scope, {
      engagementId: (engagement as { id: EngagementId }).id,
      ask: { amount: money(minor, "EUR") },
    });
  });
  return id;
}

async function bill(): Promise<InvoiceId[]> {
  const before = await drafts();
  const runner = await firm.as("billing-runner");
  const billingRunId = await runner((scope) => startBillingRun(scope, { period }));
  await runBilling(runner, { billingRunId });
  return (await drafts()).filter((id) => !before.includes(id));
}

const drafts = async () =>
  (
    await as<{ id: InvoiceId }[]>((scope) =>
      query(scope.tx, "select id from invoices where kind = 'invoice' and stage <> 'discarded' order by id"),
    )
  ).map(({ id }) => id);
const issueAll = async () => closeMonth(await closersOf(firm), { period });
const totalOf = async (invoiceId: InvoiceId) =>
  as<Awaited<ReturnType<typeof findInvoice>>>((scope) => findInvoice(scope, { invoiceId }));

it("is deducted again by a draft that is revised, from what the others left of it", async () => {
  await takeWork(firm, { work: ["2026-10-05 4.00"] });
  const deposit = await ask(50_000n);
  await issueAll();
  const [id] = (await bill()) as [InvoiceId];
  expect(await totalOf(id)).toMatchObject({ net: { amount: "0.00" } });
  expect(await totalOf(deposit)).toMatchObject({ depositLeft: { amount: "100.00" } });
  await as((scope) => submitInvoices(scope, { invoiceIds: [id] }));
  await takeWork(firm, { work: ["2026-10-06 2.00"] }, "late");
  await as((scope) => reviseInvoice(scope, { invoiceId: id, reason: "late time" }));
  const revised = await totalOf(id);
  expect(revised).toMatchObject({ net: { amount: "100.00" }, total: { amount: "123.00" } });
  expect(revised.lines.at(-1)).toMatchObject({ net: { amount: "-500.00" }, deducts: { id: deposit } });
  expect(await totalOf(deposit)).toMatchObject({ depositLeft: { amount: "0.00" } });
  expect(await issueAll()).toMatchObject({ issued: 1 });
  await mustRecompute(await firm.as("auditor"));
});

it("is left again when the draft that deducts it is given up", async () => {
  await takeWork(firm, { work: ["2026-10-05 4.00"] });
  const deposit = await ask(30_000n);
  await issueAll();
  const [id] = (await bill()) as [InvoiceId];
  await as((scope) => discardInvoices(scope, { invoiceIds: [id], reason: "not yet" }));
  expect(await totalOf(deposit)).toMatchObject({ depositLeft: { amount: "300.00" } });
  const [again] = (await bill()) as [InvoiceId];
  expect(await totalOf(again)).toMatchObject({ net: { amount: "100.00" } });
});

it("is deducted by no draft before it is issued, and then by the next", async () => {
  await takeWork(firm, { work: ["2026-10-05 4.00"] });
  await ask(30_000n);
  const [early] = (await bill()) as [InvoiceId];
  expect(await totalOf(early)).toMatchObject({ net: { amount: "400.00" } });
  expect(await issueAll()).toMatchObject({ issued: 2 });
  await takeWork(firm, { work: ["2026-10-06 4.00"] }, "late");
  const [next] = (await bill()) as [InvoiceId];
  expect(await totalOf(next)).toMatchObject({ net: { amount: "100.00" } });
});
