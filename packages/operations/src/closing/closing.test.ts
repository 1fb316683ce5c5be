import { beforeEach, describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { EngagementId, Id, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { timeEntry } from "@plumbline/testing/billed-firm";
import type { Firm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { applyPayment } from "../payments/apply-payment.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { unapplyPayment } from "../payments/unapply-payment.ts";
import { writeOffInvoice } from "../payments/write-off-invoice.ts";
import { receiveTrust } from "../trust/receive-trust.ts";
import { closeMonth } from "./close-month.ts";
import { findChecklist } from "./find-checklist.ts";
import { findMonthClose, listMonthCloses } from "./list-month-closes.ts";
import { reopenMonth } from "./reopen-month.ts";

const database = useTestDatabase();
const eur = (minor: bigint) => money(minor, "EUR");
const day = (text: string) => text as LocalDate;
const monthOf = (text: string) => monthPeriod(text) as Period;

let now: Date;
let firm: Firm;
let invoices: readonly IssuedInvoice[];
let entity: LegalEntityId;
/** Invoices of 20 December, looked at on 10 January. */
beforeEach(async () => {
  now = new Date("2026-12-20T10:00:00Z");
  ({ firm, invoices } = await issuedFirm(database.current.pool, { more: 1, clock: () => now }));
  const rows = await as("auditor", ({ tx }) => query<{ id: LegalEntityId }>(tx, "select id from legal_entities"));
  entity = rows[0]?.id as LegalEntityId;
  now = new Date("2027-01-10T10:00:00Z");
});

type Who = Parameters<Firm["as"]>[0];
const as = async <T>(who: Who, work: (scope: Scope) => Promise<T>): Promise<T> => (await firm.as(who))(work);
const invoice = (index: number) => invoices[index] as IssuedInvoice;
const checklist = (month = "2026-12") =>
  as("auditor", (scope) => findChecklist(scope, { legalEntityId: entity, month: monthOf(month) }));
const close = (month = "2026-12", who: Who = "controller") =>
  as(who, (scope) => closeMonth(scope, { legalEntityId: entity, month: monthOf(month) }));
const reopen = (monthCloseId: Id<"month-close">, who: Who) =>
  as(who, (scope) => reopenMonth(scope, { monthCloseId, reason: `said ${who}` }));
const pay = (minor: bigint, receivedOn: string, more: object = {}) =>
  as("collector", (scope) =>
    recordPayment(scope, {
      clientId: invoice(0).client,
      legalEntityId: entity,
      reference: "wire",
      amount: eur(minor),
      receivedOn: day(receivedOn),
      ...more,
    }),
  );
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) =>
      error instanceof Problem ? `${error.kind}: ${error.detail ?? ""}` : String((error as { code?: string }).code),
  );
const tamper = async (sql: string) => {
  const { admin } = database.current;
  await admin.query("set session_replication_role = replica");
  await admin.query(sql, [firm.tenantId]);
  await admin.query("reset session_replication_role");
};

describe("the close checklist", () => {
  it("holds documents against the ledger, and says what waits without being wrong", async () => {
    await firm.take("time_entries", [timeEntry("late", { work_date: "2026-12-30" })]);
    await firm.take("time_entries", [timeEntry("bad", { hours: "many" })]);
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

describe("closed books", () => {
  it("take nothing more, keep what stood open, and are reopened by two people, the last month first", async () => {
    expect(await refusal(close("2026-12", "finance"))).toMatch(/^permission-missing/);
    expect(await refusal(close("2027-01"))).toBe("close-refused: The month is not over where the legal entity is.");
    const november = await close("2026-11");
    const december = await close();
    expect(await refusal(close("2026-10"))).toMatch(/^close-refused: The books are closed up to/);
    expect(await refusal(pay(100n, "2026-12-31"))).toMatch(/^booking-date-refused/);
    const [kept] = await as("auditor", ({ tx }) =>
      query<{ checklist: unknown }>(tx, "select checklist from month_closes where id = ?", [december]),
    );
    expect(kept?.checklist).toMatchObject({ closable: true, items: [{ item: "invoices_not_posted", count: 2 }] });

    expect(await refusal(reopen(november, "controller"))).toMatch(/^reopening-refused: A later month is closed/);
    expect(await reopen(december, "finance")).toBe("asked");
    expect(await refusal(reopen(december, "finance"))).toMatch(/^duties-not-separate/);
    expect(await refusal(pay(100n, "2026-12-31"))).toMatch(/^booking-date-refused/);
    expect(await reopen(december, "controller")).toBe("reopened");
    expect(await as("auditor", (scope) => findMonthClose(scope, { monthCloseId: december }))).toMatchObject({
      closed: { by: "Carl Controller" },
      reopeningAsked: { by: "Finn Finance", reason: "said finance" },
      reopened: { by: "Carl Controller" },
    });
    await pay(100n, "2026-12-31");
    expect(await refusal(pay(100n, "2026-11-30"))).toMatch(/^booking-date-refused/);
    await close();
    const { items } = await as("auditor", (scope) => listMonthCloses(scope, { limit: 9 }));
    expect(items.map(({ month, reopened }) => [month, reopened !== undefined])).toEqual([
      ["2026-12", false],
      ["2026-12", true],
      ["2026-11", false],
    ]);
  });

  it("wait for whoever books at that moment", async () => {
    const { promise: gate, resolve: commit } = Promise.withResolvers<void>();
    const { promise: booked, resolve: hasBooked } = Promise.withResolvers<void>();
    const paying = as("collector", async (scope) => {
      await recordPayment(scope, {
        clientId: invoice(0).client,
        legalEntityId: entity,
        reference: "wire",
        amount: eur(1_000n),
        receivedOn: day("2026-12-31"),
      });
      hasBooked();
      await gate;
    });
    await booked;
    const closing = close();
    const first = await Promise.race([
      closing.then(() => "closed"),
      new Promise((resolve) => setTimeout(() => resolve("waits"), 300)),
    ]);
    expect(first).toBe("waits");
    commit();
    await paying;
    const id = await closing;
    const [kept] = await as("auditor", ({ tx }) =>
      query<{ items: unknown }>(tx, "select checklist -> 'items' as items from month_closes where id = ?", [id]),
    );
    expect(kept?.items).toContainEqual(expect.objectContaining({ item: "cash_unapplied" }));
  });

  it("are not opened, closed or written into by raw SQL", async () => {
    const run = (sql: string, values: readonly unknown[] = [], who: Who = "controller") =>
      refusal(as(who, ({ tx }) => query(tx, sql, values)));
    expect(await run("update legal_entities set lock_date = '2026-12-31'")).toBe("PL198");
    const insert = (month: string) =>
      run(
        `insert into month_closes (id, legal_entity_id, month, locked_before, checklist)
         select gen_random_uuid(), id, '${month}', lock_date, '{}' from legal_entities`,
      );
    expect(await insert("2026-12-01")).toBe("PL198");
    const id = await close();
    expect(await insert("2026-12-01")).toBe("PL195");
    expect(await insert("2026-11-01")).toBe("PL195");
    expect(await run("update legal_entities set lock_date = null")).toBe("PL198");
    const entry = `
      with e as (insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id, reason)
        select gen_random_uuid(), 'debt_written_off', legal_entity_id, payer_id, currency, '2026-12-31', id, 'x'
          from invoices where id = ? returning id)
      insert into ledger_postings (entry_id, position, account, amount_minor)
      select id, 1, 'bad_debt', 5 from e union all select id, 2, 'receivable', -5 from e`;
    expect(await run(entry, [invoice(0).id])).toBe("PL199");
    const reopened = "reopened_by = app.actor(), reopened_at = now()";
    expect(await run(`update month_closes set ${reopened}`)).toMatch(/^(23514|PL196)$/);
    const asked = "reopening_asked_by = app.actor(), reopening_asked_at = now(), reopening_reason = 'x'";
    expect(await run(`update month_closes set ${asked}, ${reopened}`)).toBe("23514");
    expect(await run("update month_closes set month = '2026-11-01'")).toBe("42501");
    await reopen(id, "finance");
    expect(await run("update month_closes set reopening_reason = 'another'")).toBe("PL196");
    expect(await run(`update month_closes set ${reopened}`, [], "finance")).toBe("23514");
    expect(await run(`update month_closes set ${reopened}`)).toBe("PL198");
    await reopen(id, "controller");
    expect(await run("update month_closes set reopened_at = null, reopened_by = null")).toBe("PL196");
  });
});
