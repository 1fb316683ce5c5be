import { beforeEach, describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { money } from "@plumbline/domain/money/money";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import type { Firm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { whatDiffers } from "@plumbline/testing/what-differs";
import { createCreditNote } from "../credits/create-credit-note.ts";
import { approveAsManager } from "../invoices/approve-invoices.ts";
import { findInvoice } from "../invoices/find-invoice.ts";
import { listTimeline } from "../invoices/list-timeline.ts";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { conserveMinutes } from "../work/conserve-minutes.ts";
import { withdrawWriteDown } from "./withdraw-write-down.ts";
import { type Take, writeDownLine } from "./write-down-line.ts";

const database = useTestDatabase();
const october = monthPeriod("2026-10") as Period;
type Who = Parameters<Firm["as"]>[0];
let firm: Firm;
let invoiceId: InvoiceId;

/** Two lines on an invoice that is handed over: 2 h at 100 EUR, and 1 h of another task. */
beforeEach(async () => {
  const billed = await billedFirm(database.current.pool, {
    clock: () => new Date("2026-11-03T10:00:00Z"),
    entries: [timeEntry("travel", { hours: "1.00", work_date: "2026-10-06", task: "Travel" })],
  });
  firm = billed.firm;
  invoiceId = billed.ids[0] as InvoiceId;
  await (
    await firm.as("coordinator")
  )((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
});

const invoice = async () => (await firm.as("auditor"))((scope) => findInvoice(scope, { invoiceId }));
const lines = async () =>
  (await invoice()).lines.map(
    ({ description, quantity, adjustments, net }) =>
      `${description}: ${quantity} min${(adjustments ?? []).map(({ amount, reason }) => ` less ${amount.amount} (${reason})`).join("")} = ${net.amount}`,
  );
const lower = async (line: number, take: Take, more: { who?: Who; wording?: string } = {}) =>
  (await firm.as(more.who ?? "lead"))((scope) =>
    writeDownLine(scope, { invoiceId, line, take, reason: "Learning curve", wording: more.wording }),
  );
const withdraw = async (writeDownId: string) =>
  (await firm.as("lead"))((scope) => withdrawWriteDown(scope, { writeDownId, reason: "After all" }));
const approve = async (who: Who) => {
  const approvals = [{ invoiceId, contentHash: (await invoice()).contentHash }];
  return (await firm.as(who))((scope) => approveAsManager(scope, { approvals }));
};
const minutes = async () => {
  const counted = await (await firm.as("auditor"))(conserveMinutes);
  return Object.fromEntries(Object.entries(counted).filter(([, count]) => count > 0));
};
const differs = async () => whatDiffers(await firm.as("auditor"));
const share = (percent: number): Take => ({ basisPoints: percent * 100 });
const amount = (minor: bigint, currency = "EUR"): Take => ({ amount: money(minor, currency as Currency) });
const close = async () => closeMonth(await closersOf(firm), { period: october });

describe("a write-down", () => {
  it("voids approvals, keeps who decided from approving, and is an allowance whose reason the client does not read", async () => {
    await approve("manager");
    await lower(1, share(10));
    expect(await invoice()).toMatchObject({
      stage: "validation_pending",
      approvals: [],
      total: { amount: "333.20" },
      writeDowns: [
        {
          kind: "write_down",
          basisPoints: 1000,
          lines: [1],
          taken: { amount: "20.00" },
          reason: "Learning curve",
          by: "Lena Lead",
        },
      ],
    });
    expect(await lines()).toEqual([
      "Senior: 120 min less 20.00 (Courtesy reduction) = 180.00",
      "Senior – Travel: 60 min = 100.00",
    ]);
    expect((await approve("lead")).refused).toMatchObject([{ problem: { kind: "duties-not-separate" } }]);
    expect((await approve("manager")).moved).toHaveLength(1);
    expect(await differs()).toEqual([]);
    const happened = await (await firm.as("auditor"))((scope) => listTimeline(scope, { invoiceId }));
    expect(happened).toContainEqual(
      expect.objectContaining({ what: "invoice.written_down", by: "Lena Lead", reason: "Learning curve" }),
    );
  });

  it("stays with its work when the invoice is revised, and what came late is a line of its own in full", async () => {
    await lower(1, amount(5000n), { wording: "Sonderrabatt" });
    await firm.take("time_entries", [timeEntry("late", { work_date: "2026-10-07", hours: "1.00" })]);
    await (
      await firm.as("coordinator")
    )((scope) => reviseInvoice(scope, { invoiceId, reason: "late time" }));
    expect(await lines()).toEqual([
      "Senior: 120 min less 50.00 (Sonderrabatt) = 150.00",
      "Senior – Travel: 60 min = 100.00",
      "Senior: 60 min = 100.00",
    ]);
    expect(await differs()).toEqual([]);
    expect(await minutes()).toEqual({ drafted: 240 });
  });

  it("is billed, earned and credited at what is left, with all of its minutes", async () => {
    await lower(1, share(50));
    expect((await close()).issued).toBe(1);
    expect(await minutes()).toEqual({ billed: 180 });
    const balances = await (await firm.as("auditor"))((scope) => listLedgerBalances(scope, {}));
    expect(balances.map(({ account, balance }) => `${account} ${balance.amount}`).toSorted()).toEqual([
      "receivable 238.00",
      "revenue 200.00",
      "tax_payable 38.00",
    ]);
    await (
      await firm.as("coordinator")
    )((scope) => createCreditNote(scope, { invoiceId, lines: "rebillable", code: "duplicate", reason: "Twice" }));
    await close();
    expect(await minutes()).toEqual({ unbilled: 180 });
    expect(await (await firm.as("auditor"))((scope) => listLedgerFaults(scope))).toEqual([]);
    expect(await differs()).toEqual([]);
  });

  it("is withdrawn before issue, once, and may then be decided anew", async () => {
    const { id } = await lower(1, share(10));
    await withdraw(id);
    expect(await invoice()).not.toHaveProperty("writeDowns");
    expect(await lines()).toEqual(["Senior: 120 min = 200.00", "Senior – Travel: 60 min = 100.00"]);
    await expect(withdraw(id)).rejects.toMatchObject({ kind: "write-down-not-found" });
    await lower(1, share(20));
    expect((await invoice()).net.amount).toBe("260.00");
    expect(await differs()).toEqual([]);
  });

  it.each([
    [2, amount(10_001n), "This is more than the line comes to."],
    [2, amount(100n, "USD"), "The invoice is in EUR."],
    [3, share(10), "The invoice has no line 3."],
    [1, share(5), "Something was decided about this line already: withdraw that first."],
    [1, "no_charge", "Something was decided about this line already: withdraw that first."],
  ] as const)("of line %i by %o is refused: %s", async (line, take, detail) => {
    await lower(1, share(10));
    const before = await invoice();
    await expect(lower(line, take)).rejects.toMatchObject({ kind: "write-down-refused", detail });
    expect(await invoice()).toEqual(before);
  });

  it("needs its own authority, a reason, and an invoice that is not issued", async () => {
    for (const who of ["coordinator", "collector", "controller", "manager", "finance"] as const) {
      await expect(lower(1, share(10), { who })).rejects.toMatchObject({ kind: "permission-missing" });
    }
    await expect(
      (await firm.as("lead"))((scope) => writeDownLine(scope, { invoiceId, line: 1, take: "no_charge", reason: " " })),
    ).rejects.toMatchObject({ kind: "reason-missing" });
    const { id } = await lower(1, share(10));
    await close();
    await expect(lower(2, share(10))).rejects.toMatchObject({ kind: "invoice-move-refused" });
    await expect(withdraw(id)).rejects.toMatchObject({ kind: "invoice-move-refused" });
  });
});

describe("work at no charge", () => {
  it("is shown at its price and wholly taken off; once issued its minutes are no charge", async () => {
    await lower(2, "no_charge", { wording: "Travel is on us" });
    expect(await lines()).toEqual([
      "Senior: 120 min = 200.00",
      "Senior – Travel: 60 min less 100.00 (Travel is on us) = 0.00",
    ]);
    expect(await minutes()).toEqual({ drafted: 180 });
    await close();
    expect(await minutes()).toEqual({ billed: 120, no_charge: 60 });
    await (
      await firm.as("coordinator")
    )((scope) => createCreditNote(scope, { invoiceId, lines: "rebillable", code: "duplicate", reason: "Twice" }));
    await close();
    expect(await minutes()).toEqual({ unbilled: 180 });
    expect(await differs()).toEqual([]);
  });

  it("can be all there is: an invoice of nothing", async () => {
    await lower(1, "no_charge");
    await lower(2, "no_charge");
    expect(await close()).toMatchObject({ issued: 1, refused: {} });
    expect(await minutes()).toEqual({ no_charge: 180 });
    expect((await invoice()).total.amount).toBe("0.00");
    expect(await (await firm.as("auditor"))((scope) => listLedgerFaults(scope))).toEqual([]);
    expect(await differs()).toEqual([]);
  });
});
