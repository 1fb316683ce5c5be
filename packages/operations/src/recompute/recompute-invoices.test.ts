import { beforeAll, describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import type { Firm } from "@plumbline/testing/firm";
import { issueOctober, mixedFirm, mixedMasterData, mixedOctober } from "@plumbline/testing/mixed-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { runBilling } from "../billing-runs/run-billing.ts";
import { startBillingRun } from "../billing-runs/start-billing-run.ts";
import { discardInvoices } from "../invoices/discard-invoices.ts";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { whatDiffers } from "@plumbline/testing/what-differs";

const database = useTestDatabase();
const october = monthPeriod("2026-10") as Period;
const clock = () => new Date("2026-11-03T10:00:00Z");

const found = async (firm: Firm) => whatDiffers(await firm.as("auditor"));

async function bill(firm: Firm): Promise<void> {
  const runner = await firm.as("billing-runner");
  const billingRunId = await runner((scope) => startBillingRun(scope, { period: october }));
  await runBilling(runner, { billingRunId });
}

const ids = async (firm: Firm): Promise<InvoiceId[]> => {
  const { rows } = await database.current.admin.query("select id from invoices where tenant_id = $1 order by id", [
    firm.tenantId,
  ]);
  return rows.map(({ id }) => id);
};

describe("an issued invoice", () => {
  let firm: Firm;
  beforeAll(async () => {
    firm = await mixedFirm(database.current.pool, { clock });
    await issueOctober(firm);
  });

  it("is made anew to the byte", async () => {
    expect(await ids(firm)).toHaveLength(5);
    expect(await found(firm)).toEqual([]);
  });

  const changed = (kind: keyof typeof mixedMasterData, more: Readonly<Record<string, string>>) =>
    mixedMasterData[kind].map((row) => ({ ...row, ...more }));

  it.each([
    ["clients", { name: "Renamed", legal_name: "Renamed SE", tax_id: "GB1", country: "GB", is_business: "no" }],
    [
      "clients",
      { language: "fr", grouping: "client", annex: "no", po_required: "no", invoice_email: "new@client.example" },
    ],
    ["projects", { name: "Renamed", billable: "no", active: "no" }],
    ["workers", { name: "Renamed" }],
    ["worker_grades", { grade: "Partner" }],
    ["rates", { price: "999.99" }],
    ["rate_cards", { is_default: "no" }],
    ["engagements", { code: "N", payment_terms_days: "60", cap_amount: "9000.00", holdback_percent: "50%" }],
    ["engagements", { billable: "no", increment_minutes: "60", po_amount: "7000.00", po_valid_from: "2026-12-01" }],
  ] as const)("is made anew as it was when %s change to %j", async (kind, more) => {
    const rows = changed(kind, more).map((row, index) => ("code" in more ? { ...row, code: `N-${index}` } : row));
    const taken = await firm.take(kind, rows);
    expect(taken.changed + taken.added).toBeGreaterThan(0);
    expect(await found(firm)).toEqual([]);
  });

  it("is made anew as it was when the firm's own data and names change, and other work comes in", async () => {
    await database.current.admin.query(
      "update legal_entities set legal_name = 'X', country = 'AT', tax_id = null, bank = null, address = '{}', number_format = 'Z-{number:9}' where tenant_id = $1",
      [firm.tenantId],
    );
    await database.current.admin.query("update memberships set name = 'X' where tenant_id = $1", [firm.tenantId]);
    await database.current.admin.query(
      "insert into brandings (tenant_id, id, hash, brand) values ($1, gen_random_uuid(), 'x', '{}')",
      [firm.tenantId],
    );
    await firm.take("time_entries", [{ ...mixedOctober.time_entries[0], entry_key: "late", project_key: "p4" }]);
    await bill(firm);
    expect(await found(firm)).toEqual([]);
  });
});

describe("before issue", () => {
  it("a draft, one that was revised with late work and one that was given up are made anew as well", async () => {
    const firm = await mixedFirm(database.current.pool, { clock });
    await bill(firm);
    expect(await found(firm)).toEqual([]);
    const coordinator = await firm.as("coordinator");
    const all = await ids(firm);
    await coordinator((scope) => submitInvoices(scope, { invoiceIds: all }));
    await firm.take("time_entries", [
      { ...mixedOctober.time_entries[1], entry_key: "late" },
      { ...mixedOctober.time_entries[3], entry_key: "late2" },
    ]);
    for (const invoiceId of all) await coordinator((scope) => reviseInvoice(scope, { invoiceId, reason: "late" }));
    const { rows } = await database.current.admin.query(
      "select min(content_version) as least from invoices where tenant_id = $1",
      [firm.tenantId],
    );
    expect(rows).toEqual([{ least: 2 }]);
    expect(await found(firm)).toEqual([]);
    await coordinator((scope) => discardInvoices(scope, { invoiceIds: all.slice(0, 2), reason: "wrong" }));
    await bill(firm);
    expect(await found(firm)).toEqual([]);
    expect((await ids(firm)).length).toBeGreaterThan(all.length);
  });
});
