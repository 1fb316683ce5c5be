import { beforeEach, describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import type { Firm } from "@plumbline/testing/firm";
import { issueOctober, mixedFirm, mixedMasterData } from "@plumbline/testing/mixed-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { whatDiffers } from "@plumbline/testing/what-differs";
import { createCreditNote } from "../credits/create-credit-note.ts";
import { discardInvoices } from "../invoices/discard-invoices.ts";
import { listRecomputations } from "./list-recomputations.ts";
import { dropChecks } from "./test-kit.ts";

const database = useTestDatabase();
const october = monthPeriod("2026-10") as Period;
const clock = () => new Date("2026-11-03T10:00:00Z");

let firm: Firm;
beforeEach(async () => {
  firm = await mixedFirm(database.current.pool, { clock });
  await issueOctober(firm);
});

const found = async () => whatDiffers(await firm.as("auditor"));

/** The first line of time, and the invoice it is on. */
async function timeLine(): Promise<{ readonly invoiceId: InvoiceId; readonly position: number }> {
  const { rows } = await database.current.admin.query(
    `select l.invoice_id as "invoiceId", l.position from invoice_lines l join invoices i on i.id = l.invoice_id
      where l.tenant_id = $1 and l.unit = 'minute' and l.minutes > 60 and i.kind = 'invoice' order by l.id limit 1`,
    [firm.tenantId],
  );
  return rows[0];
}

async function credit(quantity: string | undefined) {
  const { invoiceId, position } = await timeLine();
  const lines = [{ position, treatment: "rebillable" as const, ...(quantity !== undefined && { quantity }) }];
  return (await firm.as("coordinator"))((scope) =>
    createCreditNote(scope, { invoiceId, lines, code: "wrong_quantity", reason: "Counted twice" }),
  );
}

describe("a credit note", () => {
  it("is made anew to the byte: issued, as a draft, after one before it was given up, and whatever changes", async () => {
    const dropped = await credit("7");
    await credit("11");
    await (
      await firm.as("coordinator")
    )((scope) => discardInvoices(scope, { invoiceIds: [dropped.id], reason: "wrong" }));
    await closeMonth(await closersOf(firm), { period: october });
    await credit(undefined);
    expect(await found()).toEqual([]);
    await firm.take(
      "clients",
      mixedMasterData.clients.map((row) => ({ ...row, name: "Renamed", legal_name: "Renamed SE", language: "de" })),
    );
    await firm.take(
      "rates",
      mixedMasterData.rates.map((row) => ({ ...row, price: "999.99" })),
    );
    expect(await found()).toEqual([]);
    const auditor = await firm.as("auditor");
    const { items } = await auditor((scope) => listRecomputations(scope, { limit: 50 }));
    const { rows } = await database.current.admin.query(
      "select count(*)::int as notes from invoices where tenant_id = $1 and kind = 'credit_note'",
      [firm.tenantId],
    );
    expect(rows).toEqual([{ notes: 3 }]);
    expect(items.filter(({ matches }) => matches).length).toBeGreaterThan(rows[0].notes);
  });

  const note = "(select id from invoices where tenant_id = $1 and kind = 'credit_note')";
  const drafting = `(select drafting_id from drafted_contents where invoice_id = ${note})`;
  const corrected = `(select x.corrected_line_id from credit_lines x where x.tenant_id = $1 limit 1)`;
  it.each([
    ["a line", `update invoice_lines set net_minor = net_minor - 1 where invoice_id = ${note}`, /^line 1: net_minor/],
    ["a reason", `update invoice_lines set because = 'x' where invoice_id = ${note}`, /^line 1: because x/],
    ["its tax", `update tax_determinations set tax_minor = tax_minor + 1 where invoice_id = ${note}`, /^tax S/],
    ["its sum", `update invoices set total_minor = total_minor + 1 where id = ${note}`, /^invoice: total_minor/],
    [
      "what was asked for",
      `update draftings set inputs = replace(inputs, 'Counted twice', 'Agreed') where id = ${drafting}`,
      /^inputs: hash/,
    ],
    [
      "the line it corrects",
      `update invoice_lines set price_minor = 1 where id = ${corrected}`,
      /^credited line \d+: priceMinor/,
    ],
  ])("names %s that was changed behind the database's back", async (_, sql, named) => {
    await credit("30");
    const { admin } = database.current;
    await dropChecks(admin);
    await admin.query("set session_replication_role = replica");
    await admin.query(sql, [firm.tenantId]);
    await admin.query("reset session_replication_role");
    expect(await found()).toContainEqual(expect.stringMatching(named));
  });
});
