import { describe, expect, it } from "vitest";
import type { EngagementId, InvoiceId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { engagement, day, refusal, sha256, time, useChangingFirm } from "@plumbline/testing/changing-firm";
import type { Firm } from "@plumbline/testing/firm";
import { closeEngagement } from "../closures/close-engagement.ts";
import { findClosureChecklist } from "../closures/find-closure-checklist.ts";
import { runBilling } from "../billing-runs/run-billing.ts";
import { startBillingRun } from "../billing-runs/start-billing-run.ts";
import { reviseOvertaken } from "../invoices/revise-overtaken.ts";
import { createCreditNote } from "../credits/create-credit-note.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";

const { at, close, draft, firmWith, lines, quarantined, rows } = useChangingFirm();
const monthly = { minimum_amount: "1000.00", minimum_starts_on: "2026-10-01" };

const billed = async (firm: Firm) =>
  (await lines(firm)).map(({ number, description, net_minor: net }) => `${number}: ${description} = ${net}`);
const closeIn = async (firm: Firm, month: string, on: string) => {
  at(`${on}T10:00:00Z`);
  await close(firm, month);
};
const shut = async (firm: Firm, engagementId: EngagementId, on: string) =>
  (await firm.as("controller"))((scope) =>
    closeEngagement(scope, { engagementId, on: day(on), reason: "handed over" }),
  );
const october = "Shortfall of the committed minimum, 2026-10-01 to 2026-10-31";

describe("a committed minimum", () => {
  it("waits for the work of its period to be issued, and then is charged once", async () => {
    const { firm } = await firmWith(monthly);
    await firm.take("time_entries", [time("a", "2026-10-06", "6")]);
    await closeIn(firm, "2026-10", "2026-11-03");
    expect(await billed(firm)).toEqual(["F-2026-00001: Senior = 60000"]);
    await closeIn(firm, "2026-11", "2026-12-03");
    await closeIn(firm, "2026-12", "2027-01-05");
    const shortfalls = (await lines(firm)).filter(({ description = "" }) => description.startsWith("Shortfall"));
    expect(shortfalls.map(({ number, description, net_minor: net }) => `${number}: ${description} = ${net}`)).toEqual([
      "F-2027-00001: Shortfall of the committed minimum, 2026-12-01 to 2026-12-31 = 100000",
      `F-2026-00002: ${october} = 40000`,
      // November has no work, so nothing has to be waited for.
      "F-2026-00002: Shortfall of the committed minimum, 2026-11-01 to 2026-11-30 = 100000",
    ]);
    expect(shortfalls[1]?.["because"]).toBe(
      "Committed minimum of 1000.00 EUR; of fees of those days 600.00 EUR are billed on F-2026-00001 (600.00 EUR); 400.00 EUR lack",
    );
    expect(await (await firm.as("auditor"))(listLedgerFaults)).toEqual([]);
  });

  it("is counted anew where late work comes before it is issued", async () => {
    const { firm } = await firmWith({ ...monthly, minimum_ends_on: "2026-10-31" });
    await firm.take("time_entries", [time("a", "2026-10-06", "6")]);
    await closeIn(firm, "2026-10", "2026-11-03");
    const runner = await firm.as("billing-runner");
    const bill = async () => {
      const period = monthPeriod("2026-11") as Period;
      const billingRunId = await (await firm.as("coordinator"))((scope) => startBillingRun(scope, { period }));
      await runBilling(runner, { billingRunId });
    };
    await bill();
    expect(await billed(firm)).toContain(`null: ${october} = 40000`);
    await firm.take("time_entries", [time("late", "2026-10-20", "3")]);
    await bill();
    const closed = await closeMonth(await closersOf(firm), { period: monthPeriod("2026-11") as Period });
    expect(closed).toMatchObject({ issued: 1, refused: { "work-changed": 1 } });
    await bill();
    await reviseOvertaken(await firm.as("coordinator"));
    await closeIn(firm, "2026-11", "2026-12-03");
    expect(await billed(firm)).toEqual([
      "F-2026-00001: Senior = 60000",
      "F-2026-00002: Senior = 30000",
      `F-2026-00003: ${october} = 10000`,
    ]);
  });

  it("gives back by a credit note what late work reaches, and never more than it charged", async () => {
    const { firm } = await firmWith({ ...monthly, minimum_ends_on: "2026-10-31" });
    await firm.take("time_entries", [time("a", "2026-10-06", "6")]);
    await closeIn(firm, "2026-10", "2026-11-03");
    await closeIn(firm, "2026-11", "2026-12-03");
    await firm.take("time_entries", [time("late", "2026-10-20", "3")]);
    await closeIn(firm, "2026-11", "2026-12-04");
    await closeIn(firm, "2026-11", "2026-12-05");
    const notes = () =>
      rows(
        firm,
        `select net_minor as net, correction_reason as reason from invoices where tenant_id = $1 and kind = 'credit_note' and stage <> 'discarded' order by id`,
      );
    expect(await notes()).toEqual([
      {
        net: "-30000",
        reason:
          "Of 2026-10-01 to 2026-10-31 900.00 EUR are billed by now; of the committed minimum of 1000.00 EUR only 100.00 EUR lack.",
      },
    ]);
    await firm.take("time_entries", [time("later", "2026-10-21", "5")]);
    await closeIn(firm, "2026-11", "2026-12-06");
    await closeIn(firm, "2026-11", "2026-12-07");
    await closeIn(firm, "2026-11", "2026-12-08");
    expect((await notes()).map(({ net }) => net)).toEqual(["-30000", "-10000"]);
    expect(await (await firm.as("auditor"))(listLedgerFaults)).toEqual([]);
  });

  it("is borne by several in their shares, expenses counted where agreed, and given back to each", async () => {
    const { firm } = await firmWith({
      ...monthly,
      minimum_ends_on: "2026-10-31",
      minimum_includes_expenses: "yes",
    });
    await firm.take("clients", [billableClient("c2", { name: "Lumen" })]);
    await firm.take("splits", [{ split_key: "s", engagement_key: "e1", parts: "c1: 1/3 | c2: 2/3" }]);
    await firm.take("time_entries", [time("a", "2026-10-06", "6")]);
    const receipt = { receipt: "rail.pdf", receipt_sha256: sha256, status: "approved", category: "Travel" };
    const rail = { project_key: "p1", spent_on: "2026-10-07", description: "rail", paid: "100.00", ...receipt };
    await firm.take("expenses", [
      { ...rail, expense_key: "x1" },
      { ...rail, expense_key: "x2", as_agent: "yes" },
    ]);
    await closeIn(firm, "2026-10", "2026-11-03");
    await closeIn(firm, "2026-11", "2026-12-03");
    const ofShortfall = async () =>
      (await billed(firm)).filter((line) => line.includes("Shortfall")).map((line) => line.split(" = ")[1]);
    // 1000.00 less 600.00 of fees and 100.00 of expenses; what was paid in the client's name is its own.
    expect(new Set(await ofShortfall())).toEqual(new Set(["10000", "20000"]));
    await firm.take("time_entries", [time("late", "2026-10-20", "1")]);
    await closeIn(firm, "2026-11", "2026-12-04");
    await closeIn(firm, "2026-11", "2026-12-05");
    await closeIn(firm, "2026-11", "2026-12-06");
    expect(new Set(await ofShortfall())).toEqual(new Set(["-3333", "-6667", "10000", "20000"]));
    expect(await (await firm.as("auditor"))(listLedgerFaults)).toEqual([]);
  });

  it("counts a concession as billed, and what is billed again once", async () => {
    const { firm } = await firmWith({ ...monthly, minimum_ends_on: "2026-10-31" });
    await firm.take("time_entries", [time("a", "2026-10-06", "6"), time("b", "2026-10-07", "2")]);
    await closeIn(firm, "2026-10", "2026-11-03");
    const [invoice] = await rows(firm, "select id from invoices where tenant_id = $1");
    const credit = async (treatment: "concession" | "rebillable", quantity?: string) =>
      (await firm.as("coordinator"))((scope) =>
        createCreditNote(scope, {
          invoiceId: invoice?.["id"] as InvoiceId,
          lines: [
            {
              position: 1,
              treatment,
              ...(quantity === undefined ? { amount: money(10_000n, "EUR") } : { quantity }),
            },
          ],
          code: "goodwill",
          reason: "for the delay",
        }),
      );
    await credit("concession");
    await closeIn(firm, "2026-10", "2026-11-04");
    await credit("rebillable", "60");
    await closeIn(firm, "2026-10", "2026-11-05");
    await closeIn(firm, "2026-11", "2026-12-03");
    await closeIn(firm, "2026-11", "2026-12-04");
    const shortfall = (await lines(firm)).filter(({ description }) => description === october);
    expect(shortfall.map(({ net_minor: net }) => net)).toEqual(["20000"]);
  });

  it("is credited like any line: taken back to be billed again, it is counted anew", async () => {
    const { firm } = await firmWith({ ...monthly, minimum_ends_on: "2026-10-31" });
    await closeIn(firm, "2026-10", "2026-11-03");
    const [invoice] = await rows(firm, "select id from invoices where tenant_id = $1");
    await (
      await firm.as("coordinator")
    )((scope) =>
      createCreditNote(scope, {
        invoiceId: invoice?.["id"] as InvoiceId,
        lines: "rebillable",
        code: "not_agreed",
        reason: "too early",
      }),
    );
    await firm.take("time_entries", [time("a", "2026-10-06", "6")]);
    await closeIn(firm, "2026-10", "2026-11-04");
    await closeIn(firm, "2026-10", "2026-11-05");
    const shortfall = (await lines(firm)).filter(({ description }) => description === october);
    expect(shortfall.map(({ net_minor: net }) => net)).toEqual(["100000", "-100000", "40000"]);
  });

  it("keeps what was billed of a period when other terms are said, and refuses a cap below it", async () => {
    const { firm, engagement: id } = await firmWith(monthly);
    await closeIn(firm, "2026-10", "2026-11-03");
    await firm.take("engagements", [{ ...engagement, ...monthly, minimum_amount: "900.00" }]);
    expect(await quarantined(firm)).toEqual([
      "minimum_amount: the shortfall of 2026-10-01 to 2026-10-31 was billed on invoice F-2026-00001 and must stay: let the change begin after it, or credit it first",
    ]);
    const order = draft(firm, { engagement: id, from: "2026-12-01", amends: { cap: { amountMinor: "99900" } } });
    expect(await refusal(order)).toEqual([
      "change-order-refused",
      "cap.amount: is below what the client committed to pay at least",
    ]);
  });
});

describe("closing an engagement with a committed minimum", () => {
  it("charges what the final bill leaves of it, for the days until then where that was agreed", async () => {
    const { firm, engagement: id } = await firmWith({
      ...monthly,
      minimum_starts_on: "2026-11-01",
      minimum_ended_early: "by_day",
    });
    await firm.take("time_entries", [time("a", "2026-11-06", "2")]);
    const checklist = await (
      await firm.as("auditor")
    )((scope) => findClosureChecklist(scope, { engagementId: id, on: day("2026-11-20") }));
    expect(checklist.items).toMatchObject([
      { item: "unbilled_work", count: 1 },
      { item: "minimum_lacking", blocks: false, count: 1, amounts: [{ amount: "666.67" }] },
    ]);
    await shut(firm, id, "2026-11-20");
    await closeIn(firm, "2026-11", "2026-12-03");
    const [work, shortfall] = await lines(firm);
    expect(work).toMatchObject({ number: "F-2026-00001", net_minor: "20000" });
    expect(shortfall).toMatchObject({
      number: "F-2026-00002",
      net_minor: "46667",
      because:
        "Committed minimum of 666.67 EUR for 20 of 30 days of 1000.00 EUR; of fees of those days 200.00 EUR are billed on the final bill (200.00 EUR); 466.67 EUR lack",
    });
    expect(await lines(firm)).toHaveLength(2);
    expect(await (await firm.as("auditor"))(listLedgerFaults)).toEqual([]);
  });

  it("issues what it counted first, and is counted anew where that was lowered", async () => {
    const { firm, engagement: id } = await firmWith({ ...monthly, minimum_starts_on: "2026-11-01" });
    await firm.take("time_entries", [time("a", "2026-11-06", "2")]);
    await shut(firm, id, "2026-11-20");
    const isShortfall = async (tx: TenantTx) => {
      const found = await query<{ id: InvoiceId }>(
        tx,
        "select invoice_id as id from invoice_lines where description like 'Shortfall%'",
      );
      return new Set(found.map((line) => line.id));
    };
    const early = await (await firm.as("auditor"))(({ tx }) => isShortfall(tx));
    at("2026-12-03T10:00:00Z");
    const month = { period: monthPeriod("2026-11") as Period };
    const first = await closeMonth(await closersOf(firm), { ...month, mayMove: (invoice) => early.has(invoice.id) });
    expect(first).toMatchObject({ issued: 0, refused: { "invoice-move-refused": 1 } });
    expect(await closeMonth(await closersOf(firm), month)).toMatchObject({ issued: 2, refused: {} });
  });

  it("charges all of it where nothing was agreed about days, and nothing once it is reached", async () => {
    const whole = await firmWith({ ...monthly, minimum_starts_on: "2026-11-01" });
    await shut(whole.firm, whole.engagement, "2026-11-20");
    expect((await lines(whole.firm)).map(({ net_minor: net }) => net)).toEqual(["100000"]);
    const reached = await firmWith({ ...monthly, minimum_starts_on: "2026-11-01" });
    await reached.firm.take("time_entries", [time("a", "2026-11-06", "12")]);
    await shut(reached.firm, reached.engagement, "2026-11-20");
    expect((await lines(reached.firm)).map(({ net_minor: net }) => net)).toEqual(["120000"]);
  });
});
