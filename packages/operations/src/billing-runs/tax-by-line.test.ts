import { expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { createCreditNote } from "../credits/create-credit-note.ts";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { findRecomputation } from "../recompute/find-recomputation.ts";
import { runBilling } from "./run-billing.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-11-03T10:00:00Z");

const milestone = (key: string, amount: string) => ({
  milestone_key: key,
  engagement_key: "e1",
  project_key: "p1",
  name: `Part ${key}`,
  amount,
  due_date: "2026-10-31",
  accepted_on: "2026-10-14",
  accepted_by: "Dana Roe",
  evidence: "acceptance.pdf",
  evidence_sha256: "a".repeat(64),
});

/** Issues three lines of 60.21 together, whose taxes come to 11.45 and the tax of whose sum to 11.44. */
async function issued(rounding: "document" | "line") {
  const { admin } = database.current;
  const firm = await newFirm(database.current.pool, { clock });
  const rows = async (sql: string) => (await admin.query(sql, [firm.tenantId])).rows;
  await rows(`update legal_entities set tax_rounding = '${rounding}' where tenant_id = $1`);
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  await firm.take("engagements", [
    { engagement_key: "e1", client_key: "c1", code: "E-1", approver_email: "manager@firm.example" },
  ]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Bridge" }]);
  await firm.take("milestones", [milestone("a", "20.08"), milestone("b", "20.08"), milestone("c", "20.05")]);
  const runner = await firm.as("billing-runner");
  const closed = await closeMonth(await closersOf(firm), {
    period: monthPeriod("2026-10") as Period,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
  expect(closed).toMatchObject({ drafted: 1, issued: 1 });
  const [invoice] = await rows("select id, tax_minor, tax_rounding from invoices where tenant_id = $1");
  return { firm, rows, invoice };
}

it.each([
  ["document", "1144", "11.44"],
  ["line", "1145", "11.45"],
] as const)("rounds by %s from the draft to the ledger, and takes the same back", async (rounding, minor, amount) => {
  const { firm, rows, invoice } = await issued(rounding);
  expect(invoice).toMatchObject({ tax_minor: minor, tax_rounding: rounding });
  const auditor = await firm.as("auditor");
  const balances = await auditor((scope) => listLedgerBalances(scope, {}));
  expect(balances.find(({ account }) => account === "tax_payable")?.balance.amount).toBe(amount);
  expect(await auditor(listLedgerFaults)).toEqual([]);

  // What the firm rounds by from now on is not what the invoice was rounded by.
  const other = rounding === "line" ? "document" : "line";
  await rows(`update legal_entities set tax_rounding = '${other}' where tenant_id = $1`);
  const invoiceId = invoice.id as InvoiceId;
  const [tax] = await rows(
    `select because from tax_determinations where tenant_id = $1 and invoice_id = '${invoiceId}'`,
  );
  expect(/rounded by itself/.test(String(tax.because))).toBe(rounding === "line");
  expect(await auditor((scope) => findRecomputation(scope, { invoiceId }))).toMatchObject({ differences: [] });

  const coordinator = await firm.as("coordinator");
  await coordinator((scope) =>
    createCreditNote(scope, { invoiceId, lines: "concession", code: "goodwill", reason: "Not as agreed." }),
  );
  expect(
    await rows("select tax_minor, tax_rounding from invoices where tenant_id = $1 and kind = 'credit_note'"),
  ).toEqual([{ tax_minor: `-${minor}`, tax_rounding: rounding }]);
});
