import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { runBilling } from "../billing-runs/run-billing.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { listReceivables } from "../receivables/list-receivables.ts";
import { findReceivable } from "./find-receivable.ts";
import { recordPayment } from "./record-payment.ts";
import { releaseRetention } from "./release-retention.ts";

const database = useTestDatabase();
const day = (text: string) => text as LocalDate;
const reason = "Defects liability is over";

/** A milestone of 20000.00 plus 19 % tax, of which the client keeps 5 %: 22800.00 to pay by 3 December, 1000.00 kept. */
async function retainedInvoice() {
  let now = new Date("2026-11-03T10:00:00Z");
  const firm = await newFirm(database.current.pool, { clock: () => now });
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  const terms = { approver_email: "manager@firm.example", flat_rate: "yes", holdback_percent: "5%" };
  await firm.take("engagements", [{ engagement_key: "e1", client_key: "c1", code: "E-1", ...terms }]);
  await firm.take("milestones", [
    {
      milestone_key: "m1",
      engagement_key: "e1",
      name: "Design freeze",
      amount: "20000.00",
      due_date: "2026-10-31",
      accepted_on: "2026-10-14",
      evidence: "acceptance.pdf",
      evidence_sha256: "a".repeat(64),
    },
  ]);
  const runner = await firm.as("billing-runner");
  await closeMonth(await closersOf(firm), {
    period: monthPeriod("2026-10") as Period,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
  const { rows } = await database.current.admin.query(
    "select id, payer_id, legal_entity_id from invoices where tenant_id = $1 and number is not null",
    [firm.tenantId],
  );
  const invoiceId = rows[0].id as InvoiceId;
  const [controller, collector] = [await firm.as("controller"), await firm.as("collector")];
  return {
    firm,
    invoiceId,
    at: (on: string) => (now = new Date(`${on}T10:00:00Z`)),
    pay: (minor: bigint, on: string) =>
      collector((scope) =>
        recordPayment(scope, {
          clientId: rows[0].payer_id,
          legalEntityId: rows[0].legal_entity_id as LegalEntityId,
          receivedOn: day(on),
          amount: money(minor, "EUR"),
          reference: `wire ${on}`,
          to: [{ invoiceId, amount: money(minor, "EUR") }],
        }),
      ),
    release: (dueOn: string, minor?: bigint) =>
      controller((scope) =>
        releaseRetention(scope, {
          invoiceId,
          reason,
          dueOn: day(dueOn),
          ...(minor !== undefined && { amount: money(minor, "EUR") }),
        }),
      ),
    owed: () => collector((scope) => findReceivable(scope, { invoiceId })),
    aged: async (on: string) => (await collector((scope) => listReceivables(scope, { on: day(on), limit: 10 }))).items,
    faults: () => controller(listLedgerFaults),
  };
}

describe("what a client keeps", () => {
  it("is due on its own day once it is released, is aged by it and paid like the rest", async () => {
    const { at, pay, release, owed, aged, faults } = await retainedInvoice();
    await pay(2_280_000n, "2026-11-03");
    expect(await owed()).toMatchObject({ collection: "settled", retained: { amount: "1000.00" } });
    at("2027-01-15");
    await release("2027-02-14");
    expect(await owed()).toMatchObject({
      owed: { amount: "23800.00" },
      open: { amount: "1000.00" },
      retained: { amount: "0.00" },
      collection: "partial",
      overdue: false,
    });
    expect(await aged("2027-01-15")).toMatchObject([{ notDue: { amount: "1000.00" }, total: { amount: "1000.00" } }]);
    expect(await aged("2027-03-20")).toMatchObject([
      { notDue: { amount: "0.00" }, days31To60: { amount: "1000.00" }, total: { amount: "1000.00" } },
    ]);
    at("2027-03-01");
    expect(await owed()).toMatchObject({ overdue: true });
    await pay(100_000n, "2027-03-01");
    expect(await owed()).toMatchObject({ open: { amount: "0.00" }, collection: "settled", overdue: false });
    expect(await aged("2027-03-20")).toEqual([]);
    expect(await faults()).toEqual([]);
  });

  it("is paid after what was due before it", async () => {
    const { at, pay, release, aged } = await retainedInvoice();
    at("2026-12-20");
    await release("2027-02-14", 40_000n);
    await pay(2_200_000n, "2026-12-20");
    expect(await aged("2026-12-20")).toMatchObject([
      { days0To30: { amount: "800.00" }, notDue: { amount: "400.00" }, total: { amount: "1200.00" } },
    ]);
  });

  it("is released up to what is left of it, to be paid on a day that is not over, by those who may", async () => {
    const { firm, invoiceId, release } = await retainedInvoice();
    const refused = (detail: string) => ({ kind: "retention-release-refused", detail });
    await expect(release("2027-01-31", 100_001n)).rejects.toMatchObject(refused("Its client keeps 1000.00 EUR of it."));
    await expect(release("2026-11-02")).rejects.toMatchObject(
      refused("2026-11-02 is over: it can be due on 2026-11-03 at the earliest."),
    );
    await release("2027-01-31", 60_000n);
    await release("2027-01-31");
    await expect(release("2027-01-31")).rejects.toMatchObject(refused("Its client keeps nothing of it."));
    const input = { invoiceId, reason, dueOn: day("2027-01-31") };
    const collector = await firm.as("collector");
    await expect(collector((scope) => releaseRetention(scope, input))).rejects.toMatchObject({
      kind: "permission-missing",
    });
    const stranger = await (await newFirm(database.current.pool)).as("controller");
    await expect(stranger((scope) => releaseRetention(scope, input))).rejects.toMatchObject({
      kind: "invoice-not-found",
    });
  });
});
