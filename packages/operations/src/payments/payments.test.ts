import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { Application } from "@plumbline/domain/receivable/allocate-payment";
import { type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { applyPayment } from "./apply-payment.ts";
import { findPayment } from "./find-payment.ts";
import { findReceivable } from "./find-receivable.ts";
import { recordPayment } from "./record-payment.ts";
import { refundPayment } from "./refund-payment.ts";
import { unapplyPayment } from "./unapply-payment.ts";
import { writeOffInvoice } from "./write-off-invoice.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-12-20T10:00:00Z");
const eur = (minor: bigint) => money(minor, "EUR");
const today = "2026-12-20" as LocalDate;

let firm: Firm;
let invoices: readonly IssuedInvoice[];
let entity: LegalEntityId;
const invoice = (index: number) => invoices[index] as IssuedInvoice;

async function open(more: number): Promise<void> {
  ({ firm, invoices } = await issuedFirm(database.current.pool, { more, clock }));
  entity = await as("auditor", async ({ tx }) => {
    const [row] = await query<{ id: LegalEntityId }>(tx, "select id from legal_entities");
    return row?.id as LegalEntityId;
  });
}
const as = async <T>(who: Parameters<Firm["as"]>[0], work: (scope: Scope) => Promise<T>): Promise<T> =>
  (await firm.as(who))(work);
const pay = (minor: bigint, to?: "oldest_first" | readonly Application[]) =>
  as("collector", (scope) =>
    recordPayment(scope, {
      clientId: invoice(0).client,
      legalEntityId: entity,
      amount: eur(minor),
      receivedOn: today,
      reference: "wire",
      to,
    }),
  );
const owedOn = (index: number) => as("auditor", (scope) => findReceivable(scope, { invoiceId: invoice(index).id }));
const show = (paymentId: Id<"payment">) => as("auditor", (scope) => findPayment(scope, { paymentId }));
const balances = async () =>
  Object.fromEntries(
    (await as("auditor", (scope) => listLedgerBalances(scope, {}))).map(({ account, side, balance }) => [
      account,
      `${side} ${balance.amount}`,
    ]),
  );

describe("a payment", () => {
  beforeAll(() => open(2));

  it("pays the oldest invoices first, in part at the end, and every step is in the books", async () => {
    const id = await pay(30_000n, "oldest_first");
    expect(await owedOn(0)).toMatchObject({ collection: "settled", open: { amount: "0.00" } });
    expect(await owedOn(1)).toMatchObject({ collection: "partial", open: { amount: "176.00" }, overdue: false });
    expect(await owedOn(2)).toMatchObject({ collection: "open", open: { amount: "238.00" } });
    expect(await show(id)).toMatchObject({ unapplied: { amount: "0.00" }, applications: [{}, {}] });
    expect(await balances()).toMatchObject({ cash: "debit 300.00", receivable: "debit 414.00" });
  });

  it("that is short by a bank's fee settles, and by a dispute does not", async () => {
    await pay(17_590n, [
      { invoiceId: invoice(1).id, amount: eur(17_590n), residual: { kind: "bank_fee", amount: eur(10n) } },
    ]);
    await pay(20_000n, [
      { invoiceId: invoice(2).id, amount: eur(20_000n), residual: { kind: "disputed", amount: eur(3_800n) } },
    ]);
    expect(await owedOn(1)).toMatchObject({ collection: "settled" });
    expect(await owedOn(2)).toMatchObject({ collection: "partial", open: { amount: "38.00" } });
    expect(await balances()).toMatchObject({ bank_fees: "debit 0.10", receivable: "debit 38.00" });
  });

  it("is taken back by an entry of its own, once, and can be applied anew", async () => {
    const id = await pay(1_000n, "oldest_first");
    const applicationId = (await show(id)).applications[0]?.id as Id<"application">;
    const undo = () =>
      as("collector", (scope) => unapplyPayment(scope, { paymentId: id, applicationId, reason: "wrong" }));
    await undo();
    expect(await show(id)).toMatchObject({
      unapplied: { amount: "10.00" },
      applications: [{ reversed: { on: today, reason: "wrong" } }],
    });
    expect(await owedOn(2)).toMatchObject({ open: { amount: "38.00" } });
    await expect(undo()).rejects.toMatchObject({ kind: "application-reversed" });
    await as("collector", (scope) => applyPayment(scope, { paymentId: id, to: "oldest_first" }));
    expect(await owedOn(2)).toMatchObject({ open: { amount: "28.00" } });
  });

  it("that is too much is a credit balance, which somebody else pays back, up to what it is", async () => {
    const id = await pay(5_000n, "oldest_first");
    expect(await show(id)).toMatchObject({ unapplied: { amount: "22.00" } });
    const refund = (minor: bigint) =>
      as("controller", (scope) => refundPayment(scope, { paymentId: id, amount: eur(minor), reason: "paid twice" }));
    await expect(refund(2_201n)).rejects.toMatchObject({ kind: "refund-refused" });
    await refund(2_200n);
    expect(await show(id)).toMatchObject({ unapplied: { amount: "0.00" }, refunded: { amount: "22.00" } });
    await expect(refund(1n)).rejects.toMatchObject({ kind: "refund-refused" });
  });

  it("is not paid back by who recorded it", async () => {
    await database.current.admin.query(
      "update memberships set roles = '{ar_specialist,controller}' where tenant_id = $1 and key like 'collector%'",
      [firm.tenantId],
    );
    const id = await pay(1n);
    const refund = (scope: Scope) => refundPayment(scope, { paymentId: id, amount: eur(1n), reason: "mine" });
    await expect(as("collector", refund)).rejects.toMatchObject({ kind: "duties-not-separate" });
    await as("controller", refund);
  });

  it("of two who apply at once, is taken once", async () => {
    await open(0);
    const id = await pay(23_800n);
    const apply = () => as("collector", (scope) => applyPayment(scope, { paymentId: id, to: "oldest_first" }));
    await Promise.all([apply(), apply(), apply()]);
    expect((await show(id)).applications).toHaveLength(1);
    expect(await owedOn(0)).toMatchObject({ collection: "settled" });
  });

  it("is refused into closed books, ahead of time, from nobody, and without the permission", async () => {
    const record = (who: "collector" | "coordinator", more: object) =>
      as(who, (scope) =>
        recordPayment(scope, {
          clientId: invoice(0).client,
          legalEntityId: entity,
          amount: eur(1n),
          receivedOn: today,
          reference: "r",
          ...more,
        }),
      );
    await database.current.admin.query("update legal_entities set lock_date = '2026-11-30' where id = $1", [entity]);
    await expect(record("collector", { receivedOn: "2026-11-30" })).rejects.toMatchObject({
      kind: "booking-date-refused",
    });
    await expect(record("collector", { receivedOn: "2026-12-21" })).rejects.toMatchObject({
      kind: "booking-date-refused",
    });
    await expect(record("collector", { clientId: invoice(0).id })).rejects.toMatchObject({ kind: "client-not-found" });
    await expect(record("collector", { legalEntityId: invoice(0).id })).rejects.toMatchObject({
      kind: "legal-entity-not-found",
    });
    await expect(record("coordinator", {})).rejects.toMatchObject({ kind: "permission-missing" });
  });
});

describe("bad debt", () => {
  it("is given up by who may, with a reason, up to what is open", async () => {
    await open(0);
    const invoiceId = invoice(0).id;
    const writeOff = (who: "collector" | "controller", minor?: bigint) =>
      as(who, (scope) =>
        writeOffInvoice(scope, { invoiceId, reason: "insolvent", ...(minor !== undefined && { amount: eur(minor) }) }),
      );
    await expect(writeOff("collector")).rejects.toMatchObject({ kind: "permission-missing" });
    await expect(writeOff("controller", 23_801n)).rejects.toMatchObject({ kind: "write-off-refused" });
    await writeOff("controller", 3_800n);
    expect(await owedOn(0)).toMatchObject({ collection: "partial", open: { amount: "200.00" } });
    await writeOff("controller");
    expect(await owedOn(0)).toMatchObject({ collection: "written_off", writtenOff: { amount: "238.00" } });
    await expect(writeOff("controller")).rejects.toMatchObject({ kind: "write-off-refused" });
    expect(await balances()).toMatchObject({ bad_debt: "debit 238.00", tax_payable: "credit 38.00" });
  });
});

describe("whatever is done with money, in any order", () => {
  const minor = fc.bigInt({ min: 1n, max: 40_000n });
  const which = fc.nat({ max: 3 });
  const step = fc.oneof(
    fc.record({ do: fc.constant("pay" as const), minor, oldest: fc.boolean() }),
    fc.record({ do: fc.constant("tell" as const), minor, which }),
    fc.record({ do: fc.constant("undo" as const), which }),
    fc.record({ do: fc.constant("refund" as const), minor, which }),
    fc.record({ do: fc.constant("write_off" as const), minor, which }),
  );

  it("no cent is lost, and nothing is refused but by a rule", { timeout: 120_000 }, async () => {
    const done = { yes: 0, no: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 12 }), async (steps) => {
        await open(3);
        const payments: Id<"payment">[] = [];
        for (const one of steps) done[await refusedByRuleOnly(perform(one, payments))] += 1;
        expect(await as("auditor", listLedgerFaults)).toEqual([]);
        const rows = await as("auditor", (scope) => listLedgerBalances(scope, {}));
        const sum = rows.reduce(
          (total, { side, balance }) => total + (side === "debit" ? 1 : -1) * Number(balance.amount.replace(".", "")),
          0,
        );
        expect(sum).toBe(0);
      }),
      { numRuns: 8 },
    );
    expect(Math.min(done.yes, done.no)).toBeGreaterThan(5);
  });

  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  async function perform(one: Step, payments: Id<"payment">[]): Promise<void> {
    if (one.do === "pay") {
      payments.push(await pay(one.minor, one.oldest ? "oldest_first" : undefined));
      return;
    }
    const reason = "because";
    const invoiceId = invoice(one.which).id;
    if (one.do === "write_off")
      return as("controller", (scope) => writeOffInvoice(scope, { invoiceId, amount: eur(one.minor), reason }));
    const paymentId = payments[one.which % Math.max(1, payments.length)];
    if (paymentId === undefined) return undefined;
    if (one.do === "refund")
      return as("controller", (scope) => refundPayment(scope, { paymentId, amount: eur(one.minor), reason }));
    if (one.do === "tell") {
      const residual = { kind: "withholding_tax", amount: eur(100n) } as const;
      const to = [{ invoiceId, amount: eur(one.minor), residual }];
      return as("collector", (scope) => applyPayment(scope, { paymentId, to }));
    }
    const applicationId = (await show(paymentId)).applications[0]?.id as Id<"application"> | undefined;
    if (applicationId === undefined) return undefined;
    return as("collector", (scope) => unapplyPayment(scope, { paymentId, applicationId, reason }));
  }

  const refusedByRuleOnly = (work: Promise<void>): Promise<"yes" | "no"> =>
    work.then(
      () => "yes",
      (error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        return "no";
      },
    );
});
