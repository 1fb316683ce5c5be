import { describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { findInvoice } from "../invoices/find-invoice.ts";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { runBilling } from "./run-billing.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-11-03T10:00:00Z");
const engagement = { engagement_key: "e1", client_key: "c1", code: "E-1", approver_email: "manager@firm.example" };
const milestone = {
  milestone_key: "m1",
  engagement_key: "e1",
  project_key: "p1",
  name: "Design freeze",
  amount: "20000.00",
  due_date: "2026-10-31",
  accepted_on: "2026-10-14",
  accepted_by: "Dana Roe",
  evidence: "acceptance.pdf",
  evidence_sha256: "a".repeat(64),
};

async function firmWith(terms: Readonly<Record<string, string>>): Promise<Firm> {
  const firm = await newFirm(database.current.pool, { clock });
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  await firm.take("engagements", [{ ...engagement, ...terms }]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Bridge" }]);
  await firm.take("milestones", [milestone]);
  return firm;
}

const rows = async (firm: Firm, sql: string) => (await database.current.admin.query(sql, [firm.tenantId])).rows;

async function close(firm: Firm) {
  const runner = await firm.as("billing-runner");
  return closeMonth(await closersOf(firm), {
    period: monthPeriod("2026-10") as Period,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
}

describe("an agreed discount", () => {
  const terms = {
    discounts: "10% per line | 5% from 10000.00 code 64 for long partnership",
    po_number: "PO-1",
    po_amount: "18000.00",
  };

  it("is on the line and the invoice, in the ledger, in the order and in what was frozen", async () => {
    const firm = await firmWith(terms);
    expect(await close(firm)).toMatchObject({ drafted: 1, issued: 1 });
    const [{ id }] = await rows(firm, "select id from invoices where tenant_id = $1");
    const auditor = await firm.as("auditor");
    const invoice = await auditor((scope) => findInvoice(scope, { invoiceId: id as InvoiceId }));
    expect(invoice).toMatchObject({
      net: { amount: "17100.00" },
      total: { amount: "20349.00" },
      lines: [{ net: { amount: "18000.00" }, adjustments: [{ kind: "allowance", amount: { amount: "2000.00" } }] }],
      adjustments: [
        { kind: "allowance", amount: { amount: "900.00" }, basisPoints: 500, code: "64", reason: "long partnership" },
      ],
    });
    const balances = await auditor((scope) => listLedgerBalances(scope, {}));
    expect(balances.map(({ account, balance }) => [account, balance.amount])).toEqual([
      ["receivable", "20349.00"],
      ["revenue", "17100.00"],
      ["tax_payable", "3249.00"],
    ]);
    expect(await auditor(listLedgerFaults)).toEqual([]);
    expect(await rows(firm, "select used from limits where tenant_id = $1")).toEqual([{ used: "1710000" }]);
    const [{ snapshot }] = await rows(
      firm,
      "select snapshot::jsonb - 'brand' as snapshot from invoice_snapshots where tenant_id = $1",
    );
    expect(snapshot).toMatchObject({
      netMinor: "1710000",
      adjustments: [{ amountMinor: "90000", taxCategory: "S", taxBasisPoints: 1900 }],
      lines: [
        { netMinor: "1800000", adjustments: [{ amountMinor: "200000", basisPoints: 1000, baseMinor: "2000000" }] },
      ],
    });
  });
});

it.each([
  ["110%", "take 110 % off an invoice; nobody gives more than 100 %"],
  ["60% | 50%", "take 110 % off an invoice; nobody gives more than 100 %"],
  ["100.00 per line", "of a line are shares of it, without conditions"],
  ["5% from 100.00 | 6% from 100.00", "say twice what holds from one amount on"],
  ["five percent", "“five percent” is none such as"],
  ["1.234", "“1.234” is none such as"],
])("refuses the discount %s under its column, with the reason", async (discounts, reason) => {
  const firm = await firmWith({ discounts });
  const refused = await rows(
    firm,
    'select issues from quarantined_rows where tenant_id = $1 and issues @> \'[{"field": "discounts"}]\'',
  );
  expect(refused).toMatchObject([
    { issues: [{ field: "discounts", reason: expect.stringContaining(reason) as string }] },
  ]);
});
