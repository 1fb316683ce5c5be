import { beforeEach, describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import type { ApplyTo } from "../payments/apply-payment.ts";
import { findPayment } from "../payments/find-payment.ts";
import { findReceivable } from "../payments/find-receivable.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { refundPayment } from "../payments/refund-payment.ts";
import { returnPayments } from "../payments/return-payments.ts";
import { answerChargeback } from "./answer-chargeback.ts";
import { decideChargeback } from "./decide-chargeback.ts";
import { findChargeback, listChargebacks } from "./list-chargebacks.ts";
import { openChargeback } from "./open-chargeback.ts";

const database = useTestDatabase();
let now = new Date("2026-12-20T10:00:00Z");
const clock = () => now;
const eur = (minor: bigint) => money(minor, "EUR");
const day = (text: string) => text as LocalDate;
const evidence = { document: "signed-timesheet.pdf", sha256: "e".repeat(64) };

let firm: Firm;
let invoices: readonly IssuedInvoice[];
let entity: LegalEntityId;
const invoice = (index: number) => invoices[index] as IssuedInvoice;
beforeEach(async () => {
  now = new Date("2026-12-20T10:00:00Z");
  ({ firm, invoices } = await issuedFirm(database.current.pool, { more: 1, clock }));
  const rows = await as("auditor", ({ tx }) => query<{ id: LegalEntityId }>(tx, "select id from legal_entities"));
  entity = rows[0]?.id as LegalEntityId;
});

const as = async <T>(who: Parameters<Firm["as"]>[0], work: (scope: Scope) => Promise<T>): Promise<T> =>
  (await firm.as(who))(work);
const pay = (minor: bigint, to?: ApplyTo) =>
  as("collector", (scope) =>
    recordPayment(scope, {
      clientId: invoice(0).client,
      legalEntityId: entity,
      reference: "card",
      amount: eur(minor),
      receivedOn: day("2026-12-10"),
      to,
    }),
  );
const opening = (paymentId: Id<"payment">, more: object = {}) => ({
  paymentId,
  scheme: "card" as const,
  caseReference: "CB-1",
  reason: "Service not received",
  answerBy: day("2026-12-24"),
  ...more,
});
const open = (paymentId: Id<"payment">, more: object = {}) =>
  as("collector", (scope) => openChargeback(scope, opening(paymentId, more)));
const answer = (chargebackId: Id<"chargeback">, more: object = {}) =>
  as("collector", (scope) => answerChargeback(scope, { chargebackId, evidence, ...more }));
const decide = (
  chargebackId: Id<"chargeback">,
  outcome: "won" | "lost" | "lost_and_written_off",
  who: Parameters<Firm["as"]>[0] = "controller",
) => as(who, (scope) => decideChargeback(scope, { chargebackId, outcome, reason: "The bank says so" }));
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) =>
      error instanceof Problem ? `${error.kind}: ${error.detail ?? ""}` : String((error as { code?: string }).code),
  );
const owed = async (index: number) => {
  const { open: left, writtenOff } = await as("auditor", (scope) =>
    findReceivable(scope, { invoiceId: invoice(index).id }),
  );
  return [left.amount, writtenOff.amount];
};
const balances = async () =>
  Object.fromEntries(
    (await as("auditor", (scope) => listLedgerBalances(scope, {}))).map(({ account, side, balance }) => [
      account,
      `${side} ${balance.amount}`,
    ]),
  );
const sound = async () => expect(await as("auditor", listLedgerFaults)).toEqual([]);

describe("money that a payer had taken back", () => {
  it("is gone at once while invoices stay paid, and comes again when the case is won", async () => {
    const paymentId = await pay(47_600n, "oldest_first");
    const id = await open(paymentId, { fee: eur(1_500n) });
    expect(await balances()).toMatchObject({
      chargebacks: "debit 476.00",
      bank_fees: "debit 15.00",
      cash: "credit 15.00",
    });
    expect(await owed(0)).toEqual(["0.00", "0.00"]);
    expect(await as("auditor", (scope) => findPayment(scope, { paymentId }))).toMatchObject({
      disputed: eurWire("476.00"),
    });
    await answer(id);
    await decide(id, "won");
    expect(await balances()).toMatchObject({ cash: "debit 461.00" });
    expect((await balances())["chargebacks"]).toBeUndefined();
    expect(await refusal(decide(id, "lost"))).toBe("chargeback-decided: It was won: The bank says so");
    await sound();
  });

  it("is owed again when the case is lost", async () => {
    const paymentId = await pay(50_000n, "oldest_first");
    await decide(await open(paymentId), "lost", "collector");
    expect([await owed(0), await owed(1)]).toEqual([
      ["238.00", "0.00"],
      ["238.00", "0.00"],
    ]);
    const payment = await as("auditor", (scope) => findPayment(scope, { paymentId }));
    expect(payment).toMatchObject({ unapplied: eurWire("0.00"), takenBack: eurWire("500.00") });
    expect(payment.disputed).toBeUndefined();
    await sound();
  });

  it("is taken of a part: what no invoice took first, then of what was applied last, to the cent", async () => {
    const paymentId = await pay(50_000n, "oldest_first");
    await decide(await open(paymentId, { amount: eur(10_000n) }), "lost");
    expect([await owed(0), await owed(1)]).toEqual([
      ["0.00", "0.00"],
      ["76.00", "0.00"],
    ]);
    expect(await balances()).toMatchObject({ cash: "debit 400.00", receivable: "debit 76.00" });
    await sound();
  });

  it("is written off at once by those who may, with what a bank kept on the way in", async () => {
    const residual = { kind: "bank_fee" as const, amount: eur(300n) };
    const paymentId = await pay(23_500n, [{ invoiceId: invoice(0).id, amount: eur(23_500n), residual }]);
    const id = await open(paymentId);
    expect(await refusal(decide(id, "lost_and_written_off", "collector"))).toMatch(/^permission-missing/);
    await decide(id, "lost_and_written_off");
    expect(await owed(0)).toEqual(["0.00", "238.00"]);
    expect(await balances()).toMatchObject({ bad_debt: "debit 238.00" });
    await sound();
  });

  it("is opened once per case, for what is here, by those who may", async () => {
    const paymentId = await pay(10_000n);
    const why = async (more: object) => refusal(open(paymentId, more));
    expect(await why({ amount: eur(10_001n) })).toBe(
      "chargeback-refused: Up to 100.00 EUR of the payment can be taken back.",
    );
    expect(await why({ amount: money(1n, "USD") })).toMatch(/The payment is in EUR, not in USD/);
    expect(await why({ openedOn: day("2026-12-09") })).toMatch(/The payment came in on 2026-12-10/);
    expect(await why({ answerBy: day("2026-12-19") })).toMatch(/before it was opened on 2026-12-20/);
    expect(await why({ openedOn: day("2026-12-21") })).toMatch(/^booking-date-refused/);
    expect(await refusal(as("auditor", (scope) => openChargeback(scope, opening(paymentId))))).toMatch(/^permission/);
    await open(paymentId, { amount: eur(4_000n) });
    expect(await why({ amount: eur(1n) })).toBe("chargeback-refused: The case CB-1 is known already.");
    expect(await why({ caseReference: "CB-2", amount: eur(6_001n) })).toMatch(/Up to 60\.00 EUR/);
    expect(await why({ caseReference: "CB-2", amount: eur(6_000n) })).toBe("done");
    await sound();
  });

  it("cannot be paid back to the client or returned as well", async () => {
    const paymentId = await pay(10_000n);
    await open(paymentId, { amount: eur(4_000n) });
    const refund = (minor: bigint) =>
      refusal(as("controller", (scope) => refundPayment(scope, { paymentId, amount: eur(minor), reason: "x" })));
    expect(await refund(6_001n)).toBe("refund-refused: What can be paid back is up to 60.00 EUR.");
    const back = { paymentId, on: day("2026-12-20"), reason: "x", chargedMinor: 0n };
    expect(await refusal(as("collector", (scope) => returnPayments(scope, [back])))).toMatch(
      /chargeback that is not decided/,
    );
    expect(await refund(6_000n)).toBe("done");
    await sound();
  });
});

describe("the day by which it has to be answered", () => {
  it("is a day where the legal entity is, and an answer counts until its end", async () => {
    const id = await open(await pay(10_000n));
    const shown = () => as("auditor", (scope) => findChargeback(scope, { chargebackId: id }));
    expect(await shown()).toMatchObject({ state: "open", daysLeft: 4, missed: false });
    // In Berlin it is the 25th already.
    now = new Date("2026-12-24T23:30:00Z");
    expect(await shown()).toMatchObject({ missed: true });
    expect((await shown()).daysLeft).toBeUndefined();
    expect(await refusal(answer(id))).toBe("chargeback-refused: It had to be answered by 2026-12-24.");
    expect(await refusal(answer(id, { answeredOn: day("2026-12-19") }))).toMatch(/It was opened on 2026-12-20/);
    expect(await refusal(answer(id, { answeredOn: day("2026-12-26") }))).toMatch(/lies ahead: today is 2026-12-25/);
    await answer(id, { answeredOn: day("2026-12-24") });
    expect(await shown()).toMatchObject({ state: "answered", missed: false, evidence });
    expect(await refusal(answer(id))).toMatch(/answered already/);
  });

  it("orders the list, and another firm sees none of it", async () => {
    const paymentId = await pay(10_000n);
    await open(paymentId, { amount: eur(1n), caseReference: "late", answerBy: day("2027-01-31") });
    await open(paymentId, { amount: eur(1n), caseReference: "soon" });
    const list = (state?: "open" | "won") =>
      as("auditor", (scope) => listChargebacks(scope, { limit: 5, ...(state && { state }) }));
    expect((await list()).items.map(({ caseReference }) => caseReference)).toEqual(["soon", "late"]);
    expect((await list("won")).items).toEqual([]);
    const other = (await issuedFirm(database.current.pool, { clock })).firm;
    expect((await (await other.as("auditor"))((scope) => listChargebacks(scope, { limit: 5 }))).items).toEqual([]);
  });
});

describe("raw SQL", () => {
  const run = (sql: string, values: readonly unknown[] = []) =>
    refusal(as("collector", ({ tx }) => query(tx, sql, values)));

  it("rewrites no case, ends none without its money, and takes none of the money it may take", async () => {
    const paymentId = await pay(10_000n);
    const id = await open(paymentId);
    expect(await run("update chargebacks set amount_minor = 1")).toBe("PL185");
    expect(await run("update chargebacks set answer_by = '2027-12-31'")).toBe("PL185");
    const won = "update chargebacks set state = 'won', decided_on = '2026-12-20', decision_reason = 'x'";
    expect(await run(won)).toBe("PL186");
    const refund = (minor: number) => `
      with e as (insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, payment_id, reason)
        select gen_random_uuid(), 'credit_refunded', legal_entity_id, client_id, currency, '2026-12-20', id, 'x' from payments returning id)
      insert into ledger_postings (entry_id, position, account, amount_minor)
      select id, 1, 'unapplied_cash', ${minor} from e union all select id, 2, 'cash', -${minor} from e`;
    expect(await run(refund(1))).toBe("PL187");
    await answer(id);
    expect(await run("update chargebacks set evidence = 'other'")).toBe("PL185");
    await decide(id, "won");
    expect(await run("update chargebacks set state = 'open'")).toBe("PL185");
    expect(await run(refund(1))).toBe("done");
  });
});

const eurWire = (amount: string) => ({ amount, currency: "EUR" });
