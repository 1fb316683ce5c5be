import { describe, expect, it } from "vitest";
import type { EngagementId, Id } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import { timeEntry } from "@plumbline/testing/billed-firm";
import { applyPayment } from "../payments/apply-payment.ts";
import { unapplyPayment } from "../payments/unapply-payment.ts";
import { writeOffInvoice } from "../payments/write-off-invoice.ts";
import { receiveTrust } from "../trust/receive-trust.ts";
import { day, eur, refusal, useBooks } from "./test-kit.ts";

const { as, invoice, take, checklist, close, pay, tamper } = useBooks();

describe("the close checklist", () => {
  it("holds documents against the ledger, and says what waits without being wrong", async () => {
    await take("time_entries", [timeEntry("late", { work_date: "2026-12-30" })]);
    await take("time_entries", [timeEntry("bad", { hours: "many" })]);
    const found = await checklist();
    expect(found).toMatchObject({ month: "2026-12", closable: true, because: [] });
    expect(found.items).toMatchObject([
      { item: "unbilled_work", blocks: false, count: 1, amounts: [], examples: [expect.any(String)] },
      { item: "rows_quarantined", count: 1 },
      { item: "invoices_not_posted", count: 2, amounts: [{ amount: "476.00", currency: "EUR" }] },
    ]);
    const sum = (amount: string) => ({
      documents: { amount, currency: "EUR" },
      ledger: { amount, currency: "EUR" },
      agrees: true,
    });
    expect(found.tieOuts).toEqual([
      { kind: "receivables", ...sum("476.00") },
      { kind: "tax", tax: { category: "S", basisPoints: 1900 }, ...sum("76.00") },
    ]);
    expect((await checklist("2026-11")).tieOuts).toEqual([]);
    expect((await checklist("2027-01")).because).toEqual(["not_over"]);
  });

  it("agrees at the end of each month, whatever was paid, taken back or given up since", async () => {
    const fee = { kind: "bank_fee" as const, amount: eur(300n) };
    await pay(23_500n, "2026-12-22", { to: [{ invoiceId: invoice(0).id, amount: eur(23_500n), residual: fee }] });
    const paymentId = await pay(10_000n, "2026-12-23");
    await as("collector", (scope) =>
      applyPayment(scope, {
        paymentId,
        to: [{ invoiceId: invoice(1).id, amount: eur(4_000n) }],
        on: day("2026-12-24"),
      }),
    );
    const ends = async (month: string) =>
      Object.fromEntries(
        (await checklist(month)).tieOuts.map(({ kind, ledger, agrees }) => [kind, `${ledger.amount} ${agrees}`]),
      );
    expect(await ends("2026-12")).toEqual({ receivables: "198.00 true", credit: "60.00 true", tax: "76.00 true" });
    const [applied] = await as("auditor", ({ tx }) =>
      query<{ id: Id<"payment-application"> }>(tx, "select id from payment_applications where invoice_id = ?", [
        invoice(1).id,
      ]),
    );
    await as("collector", (scope) =>
      unapplyPayment(scope, { paymentId, applicationId: applied?.id as never, reason: "wrong one" }),
    );
    await as("controller", (scope) => writeOffInvoice(scope, { invoiceId: invoice(1).id, reason: "insolvent" }));
    expect(await ends("2026-12")).toEqual({ receivables: "198.00 true", credit: "60.00 true", tax: "76.00 true" });
    expect(await ends("2027-01")).toEqual({ receivables: "0.00 true", credit: "100.00 true" });
    expect((await checklist()).items).toContainEqual(
      expect.objectContaining({ item: "cash_unapplied", amounts: [{ amount: "60.00", currency: "EUR" }] }),
    );
  });

  it("names what somebody changed behind the database's back, and does not close on it", async () => {
    await tamper(`update ledger_postings set amount_minor = amount_minor - 1
      where tenant_id = $1 and account = 'tax_payable' and entry_id = (select min(id::text)::uuid from ledger_entries where tenant_id = $1)`);
    await tamper(
      "update invoices set net_minor = net_minor + 5, total_minor = total_minor + 5 where tenant_id = $1 and number = 2",
    );
    await tamper("update number_series set next_number = next_number + 1 where tenant_id = $1 and kind = 'invoice'");
    const { because, items } = await checklist();
    expect(because).toEqual(["numbers_missing", "receivables_differ", "tax_differs"]);
    const off = items
      .filter(({ item }) => /differs?$/.test(item))
      .map(({ item, amounts }) => [item, amounts[0]?.amount]);
    expect(off).toEqual([
      ["receivables_differ", "0.05"],
      ["tax_differs", "-0.01"],
    ]);
    expect(await refusal(close())).toMatch(/^close-refused: There are still: series of numbers that have a gap/);
  });

  it("asks for trust money to be held against the bank on the last day", async () => {
    const of = (looked: string, differences: string) => `
      insert into trust_reconciliations (tenant_id, id, legal_entity_id, currency, looked_on, statement_minor, outstanding, ledger_minor, matters_minor, differences, recorded_by)
      select $1, gen_random_uuid(), id, 'EUR', '${looked}', 0, '[]', 0, 0, '${differences}', (select id from memberships where tenant_id = $1 limit 1)
        from legal_entities where tenant_id = $1`;
    const [matter] = await as("auditor", ({ tx }) =>
      query<{ id: EngagementId }>(tx, "select min(id::text)::uuid as id from engagements"),
    );
    await as("collector", (scope) =>
      receiveTrust(scope, {
        engagementId: matter?.id as EngagementId,
        amount: eur(700n),
        on: day("2026-12-21"),
        reference: "wire",
        reason: "settlement",
        authority: "letter",
        evidence: { document: "advice.pdf", sha256: "a".repeat(64) },
      }),
    );
    expect((await checklist()).because).toEqual(["trust_not_reconciled"]);
    await tamper(of("2026-12-31", '[{"kind": "x"}]'));
    expect((await checklist()).because).toContain("trust_not_reconciled");
    await tamper(of("2026-12-31", "[]"));
    expect((await checklist()).because).toEqual([]);
    await tamper("update trust_entries set amount_minor = 699 where tenant_id = $1");
    expect((await checklist()).because).toEqual(["trust_differs"]);
  });
});
