import { beforeEach, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { ClientId, EngagementId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { runBilling } from "../billing-runs/run-billing.ts";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { decideChargeback } from "../chargebacks/decide-chargeback.ts";
import { openChargeback } from "../chargebacks/open-chargeback.ts";
import { applyPayment } from "./apply-payment.ts";
import { findReceivable } from "./find-receivable.ts";
import { recordPayment } from "./record-payment.ts";
import { returnPayments } from "./return-payments.ts";
import { unapplyPayment } from "./unapply-payment.ts";
import { listRetainers } from "./list-retainers.ts";
import { settleRetainer } from "./settle-retainer.ts";

const database = useTestDatabase();
let firm: Firm;
let now: Date;
let ids: {
  readonly client: ClientId;
  readonly entity: LegalEntityId;
  readonly e1: EngagementId;
  readonly e2: EngagementId;
};

const engagement = (key: string, more: object = {}) => ({
  engagement_key: key,
  client_key: "c1",
  code: key,
  card_key: "std",
  approver_email: "manager@firm.example",
  ...more,
});
const rows = async (sql: string) => (await database.current.admin.query(sql, [firm.tenantId])).rows;

beforeEach(async () => {
  now = new Date("2026-11-03T10:00:00Z");
  firm = await newFirm(database.current.pool, { clock: () => now });
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
  await firm.take("engagements", [engagement("e1"), engagement("e2")]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "100.00", effective_from: "2026-01-01" }]);
  const project = (key: string, of: string) => ({ project_key: key, engagement_key: of, name: key });
  await firm.take("projects", [project("p1", "e1"), project("p2", "e2")]);
  const time = { worker_key: "w1", work_date: "2026-10-05", hours: "4.00", role: "Senior", status: "approved" };
  await firm.take("time_entries", [
    { ...time, entry_key: "a", project_key: "p1", narrative: "a" },
    { ...time, entry_key: "b", project_key: "p2", narrative: "b" },
  ]);
  const [row] = await rows(
    `select c.id as client, l.id as entity, (select id from engagements where code = 'e1' and tenant_id = $1) as e1,
            (select id from engagements where code = 'e2' and tenant_id = $1) as e2
       from clients c, legal_entities l where c.tenant_id = $1 and l.tenant_id = $1`,
  );
  ids = row;
});

const day = (text: string) => text as LocalDate;
const deposit = async (minor: bigint, on = "2026-11-01", engagementId = ids.e1): Promise<Id<"payment">> =>
  (await firm.as("collector"))((scope) =>
    recordPayment(scope, {
      clientId: ids.client,
      legalEntityId: ids.entity,
      amount: money(minor, "EUR"),
      receivedOn: day(on),
      reference: "retainer",
      engagementId,
    }),
  );
async function close() {
  const runner = await firm.as("billing-runner");
  await closeMonth(await closersOf(firm), {
    period: monthPeriod("2026-10") as Period,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
}
const invoiceOf = async (code: string): Promise<InvoiceId> =>
  (
    await rows(
      `select i.id from invoices i join engagements e on e.id = i.engagement_id where i.tenant_id = $1 and e.code = '${code}'`,
    )
  )[0].id;
const retainers = async () => (await firm.as("auditor"))((scope) => listRetainers(scope));
const balances = async () =>
  (await (await firm.as("auditor"))((scope) => listLedgerBalances(scope, {}))).map(
    ({ account, side, balance }) => `${account} ${side} ${balance.amount}`,
  );
const faults = async () => (await firm.as("auditor"))(listLedgerFaults);

it("is a liability until invoices of its engagement take it as they are issued, the oldest deposit first", async () => {
  const first = await deposit(30_000n);
  const second = await deposit(100_000n, "2026-11-02");
  expect(await balances()).toEqual(["cash debit 1300.00", "retainer_liability credit 1300.00"]);
  await close();
  const auditor = await firm.as("auditor");
  const [ours, other] = [await invoiceOf("e1"), await invoiceOf("e2")];
  const receivable = await auditor((scope) => findReceivable(scope, { invoiceId: ours }));
  expect(receivable).toMatchObject({ owed: { amount: "476.00" }, open: { amount: "0.00" }, collection: "settled" });
  expect(receivable.applications.map(({ paymentId, amount }) => [paymentId, amount.amount])).toEqual([
    [first, "300.00"],
    [second, "176.00"],
  ]);
  expect(await auditor((scope) => findReceivable(scope, { invoiceId: other }))).toMatchObject({
    open: { amount: "476.00" },
  });
  expect(await retainers()).toMatchObject([
    {
      engagement: { name: "e1" },
      paid: { amount: "1300.00" },
      used: { amount: "476.00" },
      balance: { amount: "824.00" },
    },
  ]);
  const [said] = await rows(
    "select snapshot::jsonb -> 'retainer' as retainer from invoice_snapshots where tenant_id = $1 and snapshot like '%retainer%'",
  );
  expect(said).toEqual({ retainer: { appliedMinor: "47600", remainingMinor: "82400" } });
  expect(await balances()).toContain("retainer_liability credit 824.00");
  expect(await faults()).toEqual([]);
});

it("pays no invoice of another engagement, and what it paid can be taken back", async () => {
  const payment = await deposit(100_000n);
  await close();
  const [ours, other] = [await invoiceOf("e1"), await invoiceOf("e2")];
  const collector = await firm.as("collector");
  const to = [{ invoiceId: other, amount: money(100n, "EUR") }];
  await expect(collector((scope) => applyPayment(scope, { paymentId: payment, to }))).rejects.toMatchObject({
    kind: "application-refused",
  });
  const [{ id: applicationId }] = await rows("select id from payment_applications where tenant_id = $1");
  await collector((scope) => unapplyPayment(scope, { paymentId: payment, applicationId, reason: "by cheque" }));
  expect((await retainers())[0]).toMatchObject({ used: { amount: "0.00" }, balance: { amount: "1000.00" } });
  const auditor = await firm.as("auditor");
  expect(await auditor((scope) => findReceivable(scope, { invoiceId: ours }))).toMatchObject({
    open: { amount: "476.00" },
  });
  expect(await faults()).toEqual([]);
});

it("is less by what a bank takes back and by what a payer disputes and wins", async () => {
  const [whole, disputed] = [await deposit(100_000n), await deposit(50_000n)];
  const inScope = await firm.as("collector");
  const on = day("2026-11-03");
  await inScope((scope) => returnPayments(scope, [{ paymentId: whole, on, reason: "AC04", chargedMinor: 0n }]));
  const about = { scheme: "card", caseReference: "CB-1", reason: "not ordered", answerBy: day("2026-11-20") } as const;
  const chargebackId = await inScope((scope) => openChargeback(scope, { ...about, paymentId: disputed }));
  const settle = { engagementId: ids.e1, reason: "over" };
  const controller = await firm.as("controller");
  await expect(controller((scope) => settleRetainer(scope, settle))).rejects.toMatchObject({
    kind: "retainer-refused",
    detail: "A chargeback of its money is not decided yet.",
  });
  await inScope((scope) => decideChargeback(scope, { chargebackId, outcome: "lost", reason: "the bank says so" }));
  expect(await retainers()).toMatchObject([{ paid: { amount: "0.00" }, balance: { amount: "0.00" } }]);
  expect(await faults()).toEqual([]);
});

it("is refused where the engagement is billed to somebody else", async () => {
  await firm.take("clients", [billableClient("c2", { name: "Lumen" })]);
  const [{ id: clientId }] = await rows("select id from clients where tenant_id = $1 and name = 'Lumen'");
  const collector = await firm.as("collector");
  const input = { legalEntityId: ids.entity, amount: money(1n, "EUR"), receivedOn: day("2026-11-01"), reference: "r" };
  await expect(
    collector((scope) => recordPayment(scope, { ...input, clientId, engagementId: ids.e1 })),
  ).rejects.toMatchObject({ kind: "retainer-refused" });
});

it("asks for the target again once it is below the minimum", async () => {
  await firm.take("engagements", [engagement("e1", { retainer_minimum: "600.00", retainer_target: "1000.00" })]);
  await deposit(100_000n);
  expect((await retainers())[0]).not.toHaveProperty("topUp");
  await close();
  expect((await retainers())[0]).toMatchObject({ balance: { amount: "524.00" }, topUp: { amount: "476.00" } });
});

it.each([
  ["earned", "retainer_liability", "revenue credit 1324.00"],
  ["refunded", "retainer_liability", "cash debit 476.00"],
] as const)("is settled at its end as agreed, by somebody else: %s", async (unused, gone, expected) => {
  await firm.take("engagements", [engagement("e1", { retainer_unused: unused, retainer_use_by: "2026-11-30" })]);
  await deposit(100_000n);
  await close();
  const controller = await firm.as("controller");
  const settle = () => controller((scope) => settleRetainer(scope, { engagementId: ids.e1, reason: "it ended" }));
  await expect(settle()).rejects.toMatchObject({ kind: "retainer-refused" });
  now = new Date("2026-12-01T10:00:00Z");
  expect(await settle()).toMatchObject({
    settled: { amount: "524.00" },
    as: unused,
    retainer: { paid: { amount: "1000.00" }, used: { amount: "476.00" }, balance: { amount: "0.00" } },
  });
  expect((await balances()).some((line) => line.startsWith(gone))).toBe(false);
  expect(await balances()).toContain(expected);
  await expect(settle()).rejects.toMatchObject({ kind: "retainer-refused" });
  expect(await faults()).toEqual([]);
});

it("that contradicts itself is refused when it is saved", async () => {
  await firm.take("engagements", [engagement("e1", { retainer_minimum: "600.00" })]);
  await firm.take("engagements", [engagement("e2", { retainer_minimum: "600.00", retainer_target: "500.00" })]);
  const issues = await rows("select issues->0 as issue from quarantined_rows where tenant_id = $1 order by id");
  expect(issues.map(({ issue }) => `${issue.field}: ${issue.reason}`)).toEqual([
    "retainer_target: is needed: a retainer is topped up from a minimum to a target",
    "retainer_target: is not above the minimum",
  ]);
});
