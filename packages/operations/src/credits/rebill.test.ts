import { describe, expect, it } from "vitest";
import type { InvoiceId } from "@plumbline/domain/id";
import { refusal } from "@plumbline/testing/ledger-invoices";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { billedScenario, type Given, periodOf } from "@plumbline/testing/credit-scenario-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { query } from "@plumbline/platform/sql";
import { runBilling } from "../billing-runs/run-billing.ts";
import { startBillingRun } from "../billing-runs/start-billing-run.ts";
import { discardInvoices } from "../invoices/discard-invoices.ts";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { findInvoice } from "../invoices/find-invoice.ts";
import { conserveMinutes } from "../work/conserve-minutes.ts";
import { createCreditNote, type CreditInput } from "./create-credit-note.ts";
import { findRebill } from "./find-rebill.ts";

const database = useTestDatabase();

async function open(given: Given) {
  const { firm, invoiceId } = await billedScenario(database.current.pool, given);
  const coordinator = await firm.as("coordinator");
  const close = async () => closeMonth(await closersOf(firm), { period: periodOf(given) });
  return {
    firm,
    invoiceId,
    coordinator,
    close,
    credit: (what: Partial<CreditInput> = {}) =>
      coordinator((scope) =>
        createCreditNote(scope, {
          invoiceId,
          lines: "rebillable",
          code: "wrong_rate",
          reason: "Last year's rates",
          rebills: true,
          ...what,
        }),
      ),
    rebillOf: (id: InvoiceId) => coordinator((scope) => findRebill(scope, { invoiceId: id })),
    find: (id: string) => coordinator((scope) => findInvoice(scope, { invoiceId: id as InvoiceId })),
    minutes: async () =>
      Object.fromEntries(Object.entries(await coordinator(conserveMinutes)).filter(([, count]) => count > 0)),
    bill: async () => {
      const runner = await firm.as("billing-runner");
      const billingRunId = await runner((scope) => startBillingRun(scope, { period: periodOf(given) }));
      await runBilling(runner, { billingRunId });
      const [row] = await runner((scope) =>
        query<{ drafts: number }>(scope.tx, "select drafts from billing_runs where id = ?", [billingRunId]),
      );
      return row?.drafts;
    },
  };
}

const work = ["2026-10-05 2.00", "2026-10-06 1.50"];

describe("credit and rebill", () => {
  it("says before what the work comes to at the rates of today, and drafts exactly that when the credit note is issued", async () => {
    const firm = await open({ work });
    await firm.firm.take("rates", [{ card_key: "std", role: "Senior", price: "120.00", effective_from: "2020-01-01" }]);
    const { id } = await firm.credit();
    const expected = await firm.rebillOf(id);
    expect(expected).toMatchObject({
      expected: true,
      net: { credited: { amount: "350.00" }, rebilled: { amount: "420.00" }, difference: { amount: "70.00" } },
      taxes: [{ category: "S", credited: { amount: "66.50" }, difference: { amount: "13.30" } }],
      total: { difference: { amount: "83.30", currency: "EUR" } },
      invoices: [],
    });
    expect(await firm.close()).toMatchObject({ issued: 1 });
    const { expected: still, invoices, ...drafted } = await firm.rebillOf(id);
    expect({ still, ...drafted }).toEqual({
      still: false,
      net: expected.net,
      taxes: expected.taxes,
      total: expected.total,
    });
    const anew = await firm.find(invoices[0]?.id ?? "");
    expect(anew).toMatchObject({
      stage: "draft",
      total: { amount: "499.80" },
      preparedBy: "Cora Coordinator",
      replaces: { id, number: "CN-F-2026-00001" },
    });
    expect(await firm.minutes()).toEqual({ drafted: 210 });
    // Nobody bills it a second time; whoever issued the credit note may approve what is billed anew.
    expect(await firm.bill()).toBe(0);
    expect(await firm.close()).toMatchObject({ issued: 1 });
    expect(await firm.minutes()).toEqual({ billed: 210 });
    expect(await firm.find(id)).toMatchObject({ rebills: true, rebilledBy: [{ number: "F-2026-00002" }] });
    await mustRecompute(firm.coordinator);
  });

  it("bills the same again to the cent when nothing changed, whatever else of the client is unbilled", async () => {
    const firm = await open({ work, rate: "133.33" });
    await firm.firm.take("time_entries", [
      {
        entry_key: "late",
        worker_key: "w1",
        project_key: "p1",
        work_date: "2026-10-07",
        hours: "3.00",
        role: "Senior",
        status: "approved",
        narrative: "late",
      },
    ]);
    const { id } = await firm.credit();
    expect((await firm.rebillOf(id)).total.difference.amount).toBe("0.00");
    await firm.close();
    expect((await firm.rebillOf(id)).total.difference.amount).toBe("0.00");
    expect(await firm.minutes()).toEqual({ drafted: 210, unbilled: 180 });
    // From then on it is a draft like any other: revised, it takes in what came late, and still says what it replaces.
    const anew = (await firm.rebillOf(id)).invoices[0]?.id as InvoiceId;
    await firm.coordinator((scope) => submitInvoices(scope, { invoiceIds: [anew] }));
    await firm.coordinator((scope) => reviseInvoice(scope, { invoiceId: anew, reason: "late work" }));
    expect(await firm.find(anew)).toMatchObject({ replaces: { id }, minutes: 390 });
  });

  it("takes a part of a line, within the limits that the part gives back", async () => {
    const firm = await open({ work, engagement: { cap_amount: "350.00" } });
    const { id } = await firm.credit({ lines: [{ position: 1, treatment: "rebillable", quantity: "60" }] });
    expect((await firm.rebillOf(id)).total.difference.amount).toBe("0.00");
    await firm.close();
    expect(await firm.rebillOf(id)).toMatchObject({ net: { rebilled: { amount: "100.00" } } });
    expect(await firm.minutes()).toEqual({ billed: 150, drafted: 60 });
    await mustRecompute(firm.coordinator);
  });

  it("takes what an increment per day rounded up, and rounds it again", async () => {
    const firm = await open({
      work: ["2026-10-05 0.10", "2026-10-05 0.10"],
      engagement: { increment_minutes: "15", increment_per: "day" },
    });
    const { id } = await firm.credit();
    expect((await firm.rebillOf(id)).total.difference.amount).toBe("0.00");
    await firm.close();
    expect(await firm.rebillOf(id)).toMatchObject({ net: { rebilled: { amount: "25.00" } } });
  });

  it("bills an accepted milestone anew", async () => {
    const firm = await open({
      engagement: { billing_basis: "fixed_fee", fee: "9000.00" },
      milestones: [{ name: "Design", amount: "9000.00", due_date: "2026-10-20", accepted_on: "2026-10-20" }],
    });
    const { id } = await firm.credit({ code: "wrong_recipient" });
    await firm.close();
    expect(await firm.rebillOf(id)).toMatchObject({ net: { rebilled: { amount: "9000.00" } }, invoices: [{}] });
  });

  it("is dropped with the credit note, and asks for something to bill anew", async () => {
    const firm = await open({ work });
    await expect(firm.credit({ lines: "concession" })).rejects.toMatchObject({
      kind: "credit-refused",
      extra: { errors: [{ code: "nothing_to_rebill" }] },
    });
    const { id } = await firm.credit();
    await firm.coordinator((scope) => discardInvoices(scope, { invoiceIds: [id], reason: "not so" }));
    expect(await firm.minutes()).toEqual({ billed: 210 });
    expect(await firm.bill()).toBe(0);
    expect(await firm.rebillOf(firm.invoiceId)).toMatchObject({
      expected: true,
      total: { difference: { amount: "0.00" } },
    });
  });

  it("stays unbilled with an exception when it can no longer be priced", async () => {
    const firm = await open({ work });
    await firm.firm.take("rates", [
      { card_key: "std", role: "Senior", price: "100.00", effective_from: "2020-01-01", effective_to: "2020-02-01" },
    ]);
    const { id } = await firm.credit();
    expect(await firm.rebillOf(id)).toMatchObject({ net: { rebilled: { amount: "0.00" } } });
    expect(await firm.close()).toMatchObject({ issued: 1 });
    expect(await firm.rebillOf(id)).toMatchObject({ expected: false, invoices: [] });
    expect(await firm.minutes()).toEqual({ held: 210 });
  });
});

describe("the database", () => {
  it("lets a rebill be drafted only by whoever issues the credit note, and keeps what it replaces", async () => {
    const firm = await open({ work });
    const { id } = await firm.credit();
    await firm.close();
    const anew = (await firm.rebillOf(id)).invoices[0]?.id ?? "";
    const raw = (sql: string, values: readonly string[]) =>
      refusal(firm.coordinator((scope) => query(scope.tx, sql, [...values])));
    expect(
      await raw(
        `insert into invoices (id, replaces, billing_run_id, legal_entity_id, client_id, payer_id, delivery_profile_id, currency,
           period_start, period_end, payment_terms_days, content_hash, minutes, net_minor, tax_minor, total_minor, bundle_hash)
         select gen_random_uuid(), replaces, billing_run_id, legal_entity_id, client_id, payer_id, delivery_profile_id, currency,
           period_start, period_end, payment_terms_days, content_hash, minutes, net_minor, tax_minor, total_minor, bundle_hash
           from invoices where id = ?`,
        [anew],
      ),
    ).toBe("PL111");
    const revised = "version = version + 1, content_version = content_version + 1, approval_round = approval_round + 1";
    expect(await raw(`update invoices set ${revised}, replaces = null where id = ?`, [anew])).toBe("PL119");
    expect(await raw(`update invoices set ${revised}, replaces = id where id = ?`, [anew])).toBe("PL119");
  });
});
