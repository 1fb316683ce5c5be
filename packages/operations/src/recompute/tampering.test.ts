import { beforeAll, describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import type { Firm } from "@plumbline/testing/firm";
import { mixedFirm } from "@plumbline/testing/mixed-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { whatDiffers } from "@plumbline/testing/what-differs";
import { runBilling } from "../billing-runs/run-billing.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { writeDownLine } from "../write-downs/write-down-line.ts";
import { dropChecks } from "./test-kit.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-11-03T10:00:00Z");

describe("what is changed behind the database's back", () => {
  let firm: Firm;
  beforeAll(async () => {
    firm = await mixedFirm(database.current.pool, { clock });
    const runner = await firm.as("billing-runner");
    await closeMonth(await closersOf(firm), {
      period: monthPeriod("2026-10") as Period,
      bill: async (billingRunId) => {
        await runBilling(runner, { billingRunId });
        await lowerALine();
      },
    });
    await dropChecks(database.current.admin);
  });

  /** As a person would between the draft and its approval. */
  async function lowerALine(): Promise<void> {
    const { rows } = await database.current.admin.query(
      `select l.invoice_id, l.position from invoice_lines l where l.tenant_id = $1 and l.unit = 'minute' order by l.net_minor desc limit 1`,
      [firm.tenantId],
    );
    const { invoice_id: invoiceId, position: line } = rows[0];
    await (
      await firm.as("coordinator")
    )((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
    const take = { basisPoints: 1500 };
    await (
      await firm.as("lead")
    )((scope) => writeDownLine(scope, { invoiceId, line, take, reason: "Learning curve" }));
  }

  /** Changes one row as a superuser with all guards off, looks, and puts it back. */
  async function tampered(table: string, set: string, where = "true"): Promise<string[]> {
    const { admin } = database.current;
    const row = `(select ctid from ${table} where tenant_id = $1 and ${where} order by tenant_id, ctid limit 1)`;
    await admin.query("set session_replication_role = replica");
    await admin.query(`create table kept as select * from ${table} where tenant_id = '${firm.tenantId}'`);
    const { rowCount } = await admin.query(`update ${table} set ${set} where ctid = ${row}`, [firm.tenantId]);
    expect(rowCount).toBe(1);
    const differences = await whatDiffers(await firm.as("auditor"));
    await admin.query(`delete from ${table} where tenant_id = $1`, [firm.tenantId]);
    await admin.query(`insert into ${table} select * from kept`);
    await admin.query("drop table kept");
    await admin.query("reset session_replication_role");
    return differences;
  }

  it.each([
    ["invoice_lines", "net_minor = net_minor + 1", /^line \d: net_minor \d+ → \d+$/],
    ["invoice_lines", "because = 'no reason'", /^line \d: because no reason → /],
    ["invoice_lines", "price_minor = price_minor * 2", /^line \d: price_minor /],
    ["invoice_lines", "rate_id = null", /^line \d: rate_id – → /],
    ["invoices", "total_minor = total_minor + 100", /^invoice: total_minor /],
    ["invoices", "content_hash = 'x'", /^invoice: content_hash x → [0-9a-f]{64}$/],
    ["invoices", "due_on = due_on + 1", /^invoice: due_on /],
    ["tax_determinations", "tax_minor = tax_minor - 1", /^tax \S+ \d+: tax_minor /],
    ["claims", "billed_minutes = billed_minutes + 1", /^work \S+ share \d on line \d: billed_minutes /],
    ["limit_uses", "amount = amount - 1", /^use of limit \S+: amount /],
    ["policy_decisions", "rulings = '[]'", /^decision under [0-9a-f]{12}: rulings \[\] → /],
    [
      "policy_decisions",
      `facts = jsonb_set(facts, '{invoice,netMinor}', '"1"')`,
      /^decision under \S+: invoice.netMinor 1 → /,
    ],
    ["invoice_snapshots", 'snapshot = replace(snapshot, \'"unit":"minute"\', \'"unit":"day"\')', /^snapshot: lines /],
    ["invoice_snapshots", "snapshot = replace(snapshot, 'Firm GmbH', 'Fake GmbH')", /^snapshot: hash /],
    ["rates", "price_minor = price_minor + 1", /^rate \S+: price \d+ → \d+$/],
    ["engagement_terms", `terms = jsonb_set(terms, '{paymentTermsDays}', '1')`, /^terms \S+: terms /],
    ["evidence", `facts = facts || '{"valid": false}'`, /^evidence \S+: facts /],
    ["draftings", "inputs = replace(inputs, 'Senior', 'Junior')", /^inputs: hash /],
    ["write_downs", "share_bp = share_bp + 1", /^write-down \S+: basisPoints 1501 → 1500$/],
    ["write_downs", "wording = 'Gift'", /^write-down \S+: wording Gift → –$/],
    ["write_down_work", "share = share + 1", /^write-down \S+: work /],
    ["invoice_adjustments", "amount_minor = amount_minor + 1", /^adjustment \d: amount_minor /],
    ["invoice_adjustments", "write_down_id = null", /^adjustment \d: write_down_id – → /],
    ["invoice_lines", "no_charge = true", /^line \d: no_charge true → false$/],
    ["time_entries", "narrative = 'nothing'", /^snapshot: annex /],
    ["time_entries", "role = 'Partner'", /^line \d: /],
  ] as const)("is found and named: %s set %s", async (table, set, said) => {
    const differences = await tampered(table, set, wheres[table]);
    expect(differences).toContainEqual(expect.stringMatching(said));
    expect(await whatDiffers(await firm.as("auditor"))).toEqual([]);
  });

  /** What content was before it was drafted anew is kept, and not what an invoice says. */
  const ofNow = "(invoice_id, content_version) in (select id, content_version from invoices)";
  const wheres: Readonly<Record<string, string>> = {
    evidence: "kind = 'vat_id_check'",
    claims: "billed_minutes > 0 and released_at is null",
    draftings: "inputs like '%Senior%'",
    invoice_lines: `unit = 'minute' and ${ofNow}`,
    limit_uses: ofNow,
    policy_decisions: ofNow,
    tax_determinations: ofNow,
    invoice_adjustments: `write_down_id is not null and ${ofNow}`,
  };
});
