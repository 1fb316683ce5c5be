import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { query } from "@plumbline/platform/sql";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { runBilling } from "../billing-runs/run-billing.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { releaseRevenue } from "../ledger/release-revenue.ts";
import { type CreditInput, createCreditNote } from "./create-credit-note.ts";

const database = useTestDatabase();
let now = new Date();

/** A quarter from October on, 92 days for 92.00 EUR, billed on 3 November. */
async function firmBilled(): Promise<Firm> {
  now = new Date("2026-11-03T10:00:00Z");
  const firm = await newFirm(database.current.pool, { clock: () => now });
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  const engagement = { engagement_key: "e1", client_key: "c1", code: "E-1", approver_email: "manager@firm.example" };
  await firm.take("engagements", [engagement]);
  const bought = {
    name: "Helpdesk",
    starts_on: "2026-10-01",
    every: "quarter",
    price: "92.00",
    quantity: "1",
    unit: "each",
  };
  await firm.take("subscriptions", [{ subscription_key: "s1", engagement_key: "e1", ...bought }]);
  await close(firm);
  return firm;
}

async function close(firm: Firm) {
  const runner = await firm.as("billing-runner");
  const closed = await closeMonth(await closersOf(firm), {
    period: monthPeriod("2026-10") as Period,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
  await mustRecompute(await firm.as("auditor"));
  return closed;
}

const rows = async <T>(firm: Firm, sql: string) =>
  (await database.current.admin.query(sql, [firm.tenantId])).rows as T[];
const booked = async (firm: Firm) =>
  (
    await rows<{ on: string; fact: string; account: string; minor: string }>(
      firm,
      `select e.booked_on::text as "on", e.fact, p.account, p.amount_minor as minor
         from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
        where e.tenant_id = $1 and p.account in ('revenue', 'deferred_revenue') order by e.booked_on, e.id, p.position`,
    )
  ).map(({ on, fact, account, minor }) => `${on} ${fact} ${account} ${minor}`);
const credited = async (firm: Firm, lines: CreditInput["lines"]) => {
  const [invoice] = await rows<{ id: InvoiceId }>(
    firm,
    "select id from invoices where tenant_id = $1 and corrects is null",
  );
  const why = { code: "not_agreed", reason: "Ended early" } as const;
  await (
    await firm.as("coordinator")
  )((scope) => createCreditNote(scope, { invoiceId: (invoice as { id: InvoiceId }).id, lines, ...why }));
  return close(firm);
};
const release = async (firm: Firm, through: string) =>
  (await firm.as("controller"))((scope) => releaseRevenue(scope, { through: through as LocalDate }));
const balances = async (firm: Firm) =>
  Object.fromEntries(
    (
      await rows<{ account: string; minor: string }>(
        firm,
        `select account, sum(amount_minor) as minor from ledger_postings
          where tenant_id = $1 and account in ('revenue', 'deferred_revenue') group by account`,
      )
    ).map(({ account, minor }) => [account, Number(minor)]),
  );

describe("what is billed in advance and credited", () => {
  it("is taken back as it was earned: what is over at once, the rest as it comes", async () => {
    const firm = await firmBilled();
    await release(firm, "2026-11-30");
    expect(await balances(firm)).toEqual({ revenue: -6100, deferred_revenue: -3100 });
    now = new Date("2026-12-05T10:00:00Z");
    expect(await credited(firm, "concession")).toMatchObject({ issued: 1 });
    expect(await balances(firm)).toEqual({ revenue: 0, deferred_revenue: 0 });
    expect((await booked(firm)).filter((said) => said.startsWith("2026-12-05"))).toEqual([
      "2026-12-05 invoice_issued deferred_revenue 9200",
      "2026-12-05 revenue_released deferred_revenue -3100",
      "2026-12-05 revenue_released revenue 3100",
      "2026-12-05 revenue_released deferred_revenue -3000",
      "2026-12-05 revenue_released revenue 3000",
    ]);
    // What is left of both is earned and taken back on the same day.
    expect(await release(firm, "2026-12-31")).toEqual({ releases: 2 });
    expect(await release(firm, "2027-12-31")).toEqual({ releases: 0 });
    expect(await balances(firm)).toEqual({ revenue: 0, deferred_revenue: 0 });
    expect(await (await firm.as("auditor"))(listLedgerFaults)).toEqual([]);
  });

  it("is earned less in each month when its price is lowered, to the cent in all", async () => {
    const firm = await firmBilled();
    const amount = money(1_001n, "EUR");
    await credited(firm, [{ position: 1, treatment: "concession", amount }]);
    // October is over: 31 of 92 days of 10.01 are 3.37.
    expect(await balances(firm)).toEqual({ revenue: -3100 + 337, deferred_revenue: -6100 + 664 });
    await release(firm, "2026-12-31");
    expect(await balances(firm)).toEqual({ revenue: -9200 + 1001, deferred_revenue: 0 });
  });

  it("is not taken back beyond what was deferred, whoever writes it", async () => {
    const firm = await firmBilled();
    await credited(firm, "concession");
    const note = "(select id from invoices where kind = 'credit_note')";
    const more = (await firm.as("controller"))(async (scope) => {
      const entryId = scope.newId<"ledger-entry">();
      await query(
        scope.tx,
        `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id)
         select ?, 'revenue_released', legal_entity_id, payer_id, currency, issued_on, id from invoices where id = ${note}`,
        [entryId],
      );
      await query(
        scope.tx,
        `insert into ledger_postings (entry_id, position, account, amount_minor)
         values (?, 1, 'deferred_revenue', -9999), (?, 2, 'revenue', 9999)`,
        [entryId, entryId],
      );
    });
    await expect(more).rejects.toMatchObject({ code: "PL131" });
  });
});
