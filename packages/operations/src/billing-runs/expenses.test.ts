import { beforeEach, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { runBilling } from "./run-billing.ts";
import { startBillingRun } from "./start-billing-run.ts";

const database = useTestDatabase();
const october = monthPeriod("2026-10") as Period;
const clock = () => new Date("2026-11-03T10:00:00Z");
const sha = "b".repeat(64);
let firm: Firm;

const engagement = {
  engagement_key: "e1",
  client_key: "c1",
  code: "E-1",
  approver_email: "manager@firm.example",
  expense_markup_percent: "10%",
  expense_categories: "Travel | Lodging",
  receipt_required_above: "25.00",
};
const expense = (key: string, more: Readonly<Record<string, string>> = {}) => ({
  expense_key: key,
  project_key: "p1",
  worker_key: "w1",
  spent_on: "2026-10-12",
  category: "Travel",
  description: `rail ${key}`,
  paid: "119.00",
  recoverable_vat: "19.00",
  receipt: `${key}.pdf`,
  receipt_sha256: sha,
  status: "approved",
  ...more,
});
const disbursement = (key: string, more: Readonly<Record<string, string>> = {}) =>
  expense(key, { category: "Court fees", as_agent: "yes", paid: "142.80", recoverable_vat: "", ...more });

beforeEach(async () => {
  firm = await newFirm(database.current.pool, { clock });
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  await firm.take("engagements", [engagement]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Rollout" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann Lee" }]);
});

const rows = async (sql: string) => (await database.current.admin.query(sql, [firm.tenantId])).rows;
const invoices = () =>
  rows(
    `select i.net_minor as net, i.tax_minor as tax, string_agg(l.tax_category || ' ' || l.description, '; ' order by l.position) as lines
       from invoices i join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
      where i.tenant_id = $1 and i.stage <> 'discarded' group by i.id, i.net_minor, i.tax_minor order by i.net_minor desc`,
  );
const quarantined = async () =>
  (await rows("select issues from quarantined_rows where tenant_id = $1 order by id")).flatMap(
    ({ issues }: { issues: { field: string; reason: string }[] }) =>
      issues.map(({ field, reason }) => `${field}: ${reason}`),
  );

async function bill() {
  const runner = await firm.as("billing-runner");
  const id = await runner((scope) => startBillingRun(scope, { period: october }));
  await runBilling(runner, { billingRunId: id });
}

it("recharges with markup, passes on as agent on an invoice of its own, and issues both", async () => {
  await firm.take("expenses", [expense("a"), disbursement("b")]);
  const runner = await firm.as("billing-runner");
  const close = await closeMonth(await closersOf(firm), {
    period: october,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
  expect(close).toMatchObject({ drafted: 2, issued: 2 });
  expect(await invoices()).toEqual([
    { net: "14280", tax: "0", lines: "O Court fees: rail b" },
    { net: "11000", tax: "2090", lines: "S Travel: rail a" },
  ]);
  const [reason] = await rows("select because from tax_determinations where tenant_id = $1 and category = 'O'");
  expect(reason.because).toBe(
    "Paid in the client's name and on its behalf, and passed on as it was paid. Article 79(c) of Directive 2006/112/EC.",
  );
  await firm.take("expenses", [expense("a", { description: "flight" })]);
  expect(await quarantined()).toEqual([]);
  // What only reads otherwise is no difference.
  await bill();
  expect(await invoices()).toHaveLength(2);
});

it("holds what lacks approval, category, receipt or rate, each as an exception of its own", async () => {
  await firm.take("expenses", [
    expense("a", { status: "submitted" }),
    expense("b", { category: "Entertainment" }),
    expense("c", { receipt: "", receipt_sha256: "" }),
    expense("d", { currency: "GBP" }),
    disbursement("e", { receipt: "", receipt_sha256: "" }),
    expense("f", { receipt: "", receipt_sha256: "", paid: "25.00", recoverable_vat: "" }),
  ]);
  await bill();
  const open = await rows(
    "select code, amount_minor as amount, currency from exceptions where tenant_id = $1 and state = 'open' and subject_kind = 'expense' order by code",
  );
  expect(open).toEqual([
    { code: "disbursement-receipt-missing", amount: "14280", currency: "EUR" },
    { code: "exchange-rate-missing", amount: "10000", currency: "GBP" },
    { code: "expense-category-not-allowed", amount: "10000", currency: "EUR" },
    { code: "expense-not-approved", amount: "10000", currency: "EUR" },
    { code: "expense-receipt-missing", amount: "10000", currency: "EUR" },
  ]);
  expect(await invoices()).toMatchObject([{ net: "2750" }]);
});

it("revises the one invoice without touching the other", async () => {
  await firm.take("expenses", [expense("a"), disbursement("b")]);
  await bill();
  const coordinator = await firm.as("coordinator");
  const ids = (await rows("select id from invoices where tenant_id = $1 order by net_minor")).map(({ id }) => id);
  await coordinator((scope) => submitInvoices(scope, { invoiceIds: ids }));
  await firm.take("expenses", [disbursement("c", { paid: "10.00" }), expense("d")]);
  await coordinator((scope) => reviseInvoice(scope, { invoiceId: ids[1], reason: "A fee came in late" }));
  expect(await invoices()).toEqual([
    { net: "15280", tax: "0", lines: "O Court fees: rail b; O Court fees: rail c" },
    { net: "11000", tax: "2090", lines: "S Travel: rail a" },
  ]);
  expect(await rows("select code from exceptions where tenant_id = $1 and state = 'open'")).toEqual([]);
});

it("refuses with a sentence what cannot be true", async () => {
  await firm.take("expenses", [
    expense("a", { recoverable_vat: "119.00" }),
    disbursement("b", { recoverable_vat: "10.00" }),
    expense("c", { exchange_rate: "1.2" }),
    expense("d", { currency: "GBP", exchange_rate: "abc" }),
    expense("e", { currency: "GBP", exchange_rate: "1.2" }),
    expense("f", { receipt_sha256: "" }),
    expense("g", { paid: "-5" }),
  ]);
  await firm.take("engagements", [
    { ...engagement, expenses_included: "yes" },
    { ...engagement, engagement_key: "e2", code: "E-2", expense_markup_percent: "150%" },
  ]);
  expect(await quarantined()).toEqual([
    "recoverable_vat: is not less than what was paid",
    "recoverable_vat: is VAT on the client's own cost, which is not ours to recover",
    "exchange_rate: is a rate for an amount that is in the engagement's currency already",
    "exchange_rate: “abc” is not an exchange rate such as 1.0845",
    "exchange_on: is empty",
    "receipt_sha256: is empty",
    "paid: “-5” is not an amount in EUR above zero",
    "recoverable_vat: is not less than what was paid",
    "expense_markup_percent: is a markup on expenses that the fee covers",
    "expense_markup_percent: “150%” is not a share from 0 % to 100 %",
  ]);
});

it("the database itself refuses to tax a disbursement, and to mix what is outside the scope of tax with what is not", async () => {
  await firm.take("expenses", [expense("a"), disbursement("b")]);
  await bill();
  const { admin } = database.current;
  await admin.query(
    "alter table claims disable trigger guard_new; alter table tax_determinations disable trigger taxes_add_up",
  );
  const onTaxedLine = `insert into claims (tenant_id, id, work_item_id, work_item_version, minutes, share, line_id, billing_run_id)
    select l.tenant_id, gen_random_uuid(), w.id, w.version, 0, 1, l.id, i.billing_run_id
      from invoice_lines l join invoices i on i.id = l.invoice_id join work_items w on w.tenant_id = l.tenant_id and w.kind = 'disbursement'
     where l.tenant_id = $1 and l.tax_category = 'S'`;
  await expect(rows(onTaxedLine)).rejects.toMatchObject({ code: "PL066" });
  const mixed = `insert into tax_determinations (tenant_id, id, invoice_id, content_version, category, basis_points, base_minor, tax_minor, because)
    select i.tenant_id, gen_random_uuid(), i.id, 2, category, 0, 0, 0, 'x' from invoices i, unnest(array['O', 'E']) category where i.tenant_id = $1`;
  await expect(rows(mixed)).rejects.toMatchObject({ code: "PL055" });
  await admin.query(
    "alter table claims enable trigger guard_new; alter table tax_determinations enable trigger taxes_add_up",
  );
});
