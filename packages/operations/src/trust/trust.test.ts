import { beforeEach, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { newId } from "@plumbline/platform/new-id";
import type { Firm } from "@plumbline/testing/firm";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { findReceivable } from "../payments/find-receivable.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { listTrustMatters } from "./list-trust-matters.ts";
import { receiveTrust } from "./receive-trust.ts";
import { reconcileTrust } from "./reconcile-trust.ts";
import { refundTrust } from "./refund-trust.ts";
import { transferTrust } from "./transfer-trust.ts";
import type { TrustMove } from "./trust-store.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-11-03T10:00:00Z");
let firm: Firm;
/** Of two clients: an issued invoice of 238.00 EUR each, its matter and its entity. */
let ours: { id: InvoiceId; engagement: EngagementId; entity: LegalEntityId; client: string };
let other: typeof ours;

beforeEach(async () => {
  const issued = await issuedFirm(database.current.pool, { clients: 2, clock });
  firm = issued.firm;
  const { rows } = await database.current.admin.query(
    `select id, engagement_id as engagement, legal_entity_id as entity, payer_id as client from invoices
      where tenant_id = $1 and number is not null order by number`,
    [firm.tenantId],
  );
  [ours, other] = rows;
});

const day = (text: string) => text as LocalDate;
const move = (minor: bigint, more: Partial<TrustMove> = {}): TrustMove => ({
  engagementId: ours.engagement,
  amount: money(minor, "EUR"),
  reference: "wire 1",
  reason: "On account of costs",
  authority: "Letter of 1 November",
  evidence: { document: "advice.pdf", sha256: "a".repeat(64) },
  ...more,
});
const receive = async (minor: bigint, more: Partial<TrustMove> = {}) =>
  (await firm.as("collector"))((scope) => receiveTrust(scope, move(minor, more)));
const transfer = async (minor: bigint, more: object = {}) =>
  (await firm.as("controller"))((scope) => transferTrust(scope, { ...move(minor), invoiceId: ours.id, ...more }));
const refund = async (minor: bigint) => (await firm.as("controller"))((scope) => refundTrust(scope, move(minor)));
const balances = async () =>
  (await (await firm.as("auditor"))((scope) => listLedgerBalances(scope, {})))
    .filter(({ account }) => account.startsWith("trust_") || account === "cash" || account === "revenue")
    .map(({ account, side, balance }) => `${account} ${side} ${balance.amount}`);
const refused = (detail: string) => ({ kind: "trust-refused", detail });

it("is the client's on accounts of its own, and pays an issued invoice of its matter", async () => {
  await receive(30_000n);
  const before = await balances();
  expect(before).toContain("trust_bank debit 300.00");
  expect(before).toContain("trust_liability credit 300.00");
  expect(before.some((line) => line.startsWith("cash"))).toBe(false);
  await transfer(23_800n);
  const auditor = await firm.as("auditor");
  expect(await auditor((scope) => findReceivable(scope, { invoiceId: ours.id }))).toMatchObject({
    open: { amount: "0.00" },
  });
  expect(await auditor((scope) => listTrustMatters(scope))).toMatchObject([
    { received: { amount: "300.00" }, transferred: { amount: "238.00" }, balance: { amount: "62.00" } },
  ]);
  expect(await balances()).toEqual(
    expect.arrayContaining(["cash debit 238.00", "trust_bank debit 62.00", "trust_liability credit 62.00"]),
  );
  await refund(6_200n);
  expect((await balances()).some((line) => line.startsWith("trust_"))).toBe(false);
  expect(await auditor(listLedgerFaults)).toEqual([]);
});

it("never pays another matter's bill, one that is not issued, or more than the matter holds", async () => {
  await receive(10_000n);
  await receive(50_000n, { engagementId: other.engagement });
  await expect(transfer(23_800n)).rejects.toMatchObject(refused("The matter holds 100.00 EUR in trust."));
  await expect(refund(10_001n)).rejects.toMatchObject(refused("The matter holds 100.00 EUR in trust."));
  await expect(transfer(100n, { invoiceId: other.id })).rejects.toMatchObject(
    refused("The invoice bills nothing of this matter."),
  );
  await expect(transfer(100n, { invoiceId: newId() })).rejects.toMatchObject({ kind: "invoice-not-found" });
  const foreign = { ...move(1n), amount: money(1n, "USD") };
  await expect((await firm.as("collector"))((scope) => receiveTrust(scope, foreign))).rejects.toMatchObject(
    refused("The matter's money is in EUR."),
  );
});

it("leaves alone what is disputed", async () => {
  await receive(50_000n);
  const collector = await firm.as("collector");
  await collector((scope) =>
    recordPayment(scope, {
      clientId: ours.client as never,
      legalEntityId: ours.entity,
      amount: money(13_800n, "EUR"),
      receivedOn: day("2026-11-03"),
      reference: "part",
      to: [
        {
          invoiceId: ours.id,
          amount: money(13_800n, "EUR"),
          residual: { kind: "disputed", amount: money(4_000n, "EUR") },
        },
      ],
    }),
  );
  await expect(transfer(6_001n)).rejects.toMatchObject(
    refused("The invoice still asks for 60.00 EUR; 40.00 EUR is disputed and stays."),
  );
  await transfer(6_000n);
});

it("is moved by those who may", async () => {
  await receive(100n);
  const missing = { kind: "permission-missing" };
  await expect((await firm.as("controller"))((scope) => receiveTrust(scope, move(1n)))).rejects.toMatchObject(missing);
  await expect((await firm.as("collector"))((scope) => refundTrust(scope, move(1n)))).rejects.toMatchObject(missing);
});

it("is not paid out twice by two at once", async () => {
  await receive(10_000n);
  const done = await Promise.allSettled([refund(7_000n), refund(7_000n)]);
  expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});

it("is reconciled with the bank and the matters, and each difference is named and kept", async () => {
  await receive(10_000n, { on: day("2026-11-02") });
  await receive(5_000n, { engagementId: other.engagement, on: day("2026-11-02") });
  const controller = await firm.as("controller");
  const eur = (amount: string) => ({ amount, currency: "EUR" });
  const reconcile = (
    bank: string,
    outstanding: { what: string; amount: { amount: string; currency: string } }[] = [],
  ) =>
    controller((scope) =>
      reconcileTrust(scope, {
        legalEntityId: ours.entity,
        on: day("2026-11-02"),
        statementBalance: eur(bank),
        outstanding,
      }),
    );
  expect(await reconcile("150.00")).toMatchObject({ agrees: true, differences: [], held: [{}, {}] });
  expect(await reconcile("170.00", [{ what: "cheque 12", amount: eur("-20.00") }])).toMatchObject({ agrees: true });
  expect(await reconcile("149.99")).toMatchObject({
    agrees: false,
    differences: [{ kind: "bank_and_ledger", amount: { amount: "-0.01" } }],
  });
  await database.current.admin.query(
    "update trust_entries set amount_minor = 4000 where tenant_id = $1 and amount_minor = 5000",
    [firm.tenantId],
  );
  expect(await reconcile("150.00")).toMatchObject({
    differences: [{ kind: "ledger_and_matters", amount: { amount: "10.00" } }],
  });
  const { rows } = await database.current.admin.query(
    "select jsonb_array_length(differences) as found from trust_reconciliations where tenant_id = $1 order by id",
    [firm.tenantId],
  );
  expect(rows.map(({ found }) => found)).toEqual([0, 0, 1, 1]);
});

it("in the database itself: never mixed, never of no matter, never below nothing, never unbilled", async () => {
  await receive(10_000n);
  const controller = await firm.as("controller");
  const attempt = (sql: readonly [string, readonly unknown[]][]) =>
    controller(async (scope) => {
      for (const [text, values] of sql) await scope.tx.raw(text, values as never);
    }).then(
      () => "allowed",
      (error: { code: string }) => error.code,
    );
  const entry = (id: string, fact: string): [string, unknown[]] => [
    `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, reason)
     values (?, ?, ?, ?, 'EUR', '2026-11-03', 'x')`,
    [id, fact, ours.entity, ours.client],
  ];
  const sides = (id: string, debit: string, credit: string, minor = 100): [string, unknown[]] => [
    "insert into ledger_postings (entry_id, position, account, amount_minor) values (?, 1, ?, ?), (?, 2, ?, ?)",
    [id, debit, minor, id, credit, -minor],
  ];
  const trust = (id: string, kind: string, minor: number): [string, unknown[]] => [
    `insert into trust_entries (id, engagement_id, kind, currency, amount_minor, booked_on, reference, reason, authority, document,
       document_sha256, entry_id) values (gen_random_uuid(), ?, ?, 'EUR', ?, '2026-11-03', 'r', 'x', 'y', 'd', repeat('a', 64), ?)`,
    [ours.engagement, kind, minor, id],
  ];
  const id = () => newId();
  const [a, b, c, d] = [id(), id(), id(), id()];
  expect(await attempt([entry(a, "trust_refunded"), sides(a, "trust_liability", "cash")])).toBe("PL146");
  expect(await attempt([entry(b, "trust_refunded"), sides(b, "trust_liability", "trust_bank")])).toBe("PL149");
  expect(
    await attempt([
      entry(c, "trust_refunded"),
      sides(c, "trust_liability", "trust_bank", 10_001),
      trust(c, "refund", 10_001),
    ]),
  ).toBe("PL147");
  expect(
    await attempt([
      entry(d, "trust_received"),
      sides(d, "trust_bank", "trust_liability", 99),
      trust(d, "receipt", 100),
    ]),
  ).toBe("PL149");
  expect(await attempt([trust(id(), "transfer", 100)])).toBe("23514");
  const paymentId = await (
    await firm.as("collector")
  )((scope) =>
    recordPayment(scope, {
      clientId: ours.client as never,
      legalEntityId: ours.entity,
      amount: money(100n, "EUR"),
      receivedOn: day("2026-11-03"),
      reference: "not applied",
    }),
  );
  const e = id();
  const [text, values] = trust(e, "transfer", 100);
  const transfer: [string, unknown[]] = [
    text.replace("entry_id)", "entry_id, invoice_id, payment_id)").replace("?)", "?, ?, ?)"),
    [...values, ours.id, paymentId],
  ];
  expect(await attempt([entry(e, "trust_transferred"), sides(e, "trust_liability", "trust_bank"), transfer])).toBe(
    "PL148",
  );
});
