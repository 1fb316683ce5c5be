import { beforeAll, describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { runBilling } from "./run-billing.ts";
import { startBillingRun } from "./start-billing-run.ts";

const database = useTestDatabase();
const month = (text: string) => monthPeriod(text) as Period;
const sha = "a".repeat(64);
let now = new Date("2026-11-03T10:00:00Z");
beforeAll(() => {
  now = new Date("2026-11-03T10:00:00Z");
});

const client = billableClient("c1", { name: "Bright" });
const engagement = {
  engagement_key: "e1",
  client_key: "c1",
  code: "E-1",
  approver_email: "manager@firm.example",
  flat_rate: "yes",
};
const milestone = {
  milestone_key: "m1",
  engagement_key: "e1",
  project_key: "p1",
  name: "Design freeze",
  amount: "20000.00",
  due_date: "2026-10-31",
};
const accepted = { ...milestone, accepted_on: "2026-10-14", accepted_by: "Dana Roe" };
const proven = { ...accepted, evidence: "acceptance.pdf", evidence_sha256: sha };

async function firmWith(
  terms: Readonly<Record<string, string>>,
  milestones: readonly Readonly<Record<string, string>>[] = [],
): Promise<Firm> {
  const firm = await newFirm(database.current.pool, { clock: () => now });
  await firm.take("clients", [client]);
  await firm.take("engagements", [{ ...engagement, ...terms }]);
  expect(await quarantined(firm)).toEqual([]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Bridge" }]);
  if (milestones.length > 0) expect(await firm.take("milestones", milestones)).toMatchObject({ quarantined: 0 });
  return firm;
}

/** Bills a month and takes its invoices to issue. */
async function close(firm: Firm, text: string) {
  const runner = await firm.as("billing-runner");
  const closed = await closeMonth(await closersOf(firm), {
    period: month(text),
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
  await mustRecompute(await firm.as("auditor"));
  return closed;
}

const rows = async (firm: Firm, sql: string) => (await database.current.admin.query(sql, [firm.tenantId])).rows;
const lines = (firm: Firm) =>
  rows(
    firm,
    `select i.number_text as number, l.description, l.quantity, l.unit, l.minutes, l.price_base, l.net_minor, l.retained_minor, l.because
       from invoices i join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
      where i.tenant_id = $1 and i.stage <> 'discarded' order by i.number, l.position`,
  );
const open = async (firm: Firm) =>
  (
    await rows(
      firm,
      "select code, subject_kind, amount_minor from exceptions where tenant_id = $1 and state = 'open' order by code",
    )
  ).map((row: { code: string; subject_kind: string; amount_minor: string }) => Object.values(row).join(" "));
const quarantined = async (firm: Firm) =>
  (await rows(firm, "select issues from quarantined_rows where tenant_id = $1 order by id")).flatMap(
    (row: { issues: { field: string; reason: string }[] }) =>
      row.issues.map(({ field, reason }) => `${field}: ${reason}`),
  );

describe("a fixed fee", () => {
  const fee = {
    fee_amount: "10000.00",
    fee_instalments: "33.33% on 2026-10-15 | 33.33% on 2026-10-31 | 33.34% on 2026-12-31",
  };

  it("is billed as its instalments fall due, each once", async () => {
    const firm = await firmWith(fee);
    expect(await close(firm, "2026-10")).toMatchObject({ drafted: 1, issued: 1 });
    await close(firm, "2026-11");
    expect(await lines(firm)).toMatchObject([
      {
        number: "F-2026-00001",
        description: "Fixed fee, instalment 1 of 3",
        quantity: "1",
        unit: "each",
        minutes: "0",
        net_minor: "333300",
        because: "33.33 % of the fixed fee of 10000.00 EUR, due on 2026-10-15 under the engagement's terms",
      },
      { number: "F-2026-00001", description: "Fixed fee, instalment 2 of 3", net_minor: "333300" },
    ]);
    now = new Date("2027-01-04T10:00:00Z");
    await close(firm, "2026-12");
    const [total] = await rows(firm, "select sum(net_minor) as net from invoices where tenant_id = $1");
    expect(total).toEqual({ net: "1000000" });
    now = new Date("2026-11-03T10:00:00Z");
  });

  it("takes new terms for what is not billed, and refuses them for what is", async () => {
    const firm = await firmWith(fee);
    await close(firm, "2026-10");
    const later = "33.33% on 2026-10-15 | 33.33% on 2026-10-31 | 33.34% on 2026-11-30";
    expect(await firm.take("engagements", [{ ...engagement, ...fee, fee_instalments: later }])).toMatchObject({
      changed: 1,
    });
    await close(firm, "2026-11");
    expect(await lines(firm)).toHaveLength(3);
    const less = "30% on 2026-10-15 | 36.66% on 2026-10-31 | 33.34% on 2026-11-30";
    expect(await firm.take("engagements", [{ ...engagement, ...fee, fee_instalments: less }])).toMatchObject({
      quarantined: 1,
    });
    expect(await quarantined(firm)).toEqual([
      expect.stringMatching(
        /^fee_instalments: instalment \d, 33\d\d\.00 EUR due on .*, was billed on invoice F-2026-0000\d and must stay$/,
      ),
    ]);
  });

  it("that is withdrawn before it is billed is not billed", async () => {
    const firm = await firmWith(fee);
    await firm.take("engagements", [engagement]);
    expect(await close(firm, "2026-10")).toMatchObject({ drafted: 0 });
  });

  it.each([
    ["60% on 2026-10-15 | 60% on 2026-11-15", "the instalments come to 120 % of the fee; they must come to 100 %"],
    ["60% on 2026-10-15", "the instalments come to 60 % of the fee; they must come to 100 %"],
    [
      "6000.00 on 2026-10-15 | 6000.00 on 2026-11-15",
      "the instalments come to more than the fee; they must come to all of it",
    ],
    ["50% on 2026-10-15 | 5000.00 on 2026-11-15", "the instalments must all be shares of the fee or all be amounts"],
    ["soon", "“soon” is not an instalment such as “30% on 2026-10-31” or “12000.00 on 2026-10-31”"],
  ])("that contradicts itself is refused when it is saved: %s", async (instalments, reason) => {
    const firm = await newFirm(database.current.pool);
    await firm.take("clients", [client]);
    await firm.take("engagements", [{ ...engagement, fee_amount: "10000.00", fee_instalments: instalments }]);
    expect(await quarantined(firm)).toEqual([`fee_instalments: ${reason}`]);
  });
});

describe("a milestone", () => {
  it("is billed when it is accepted and that is proven, and shows what is held back", async () => {
    const firm = await firmWith({ holdback_percent: "5%" }, [proven]);
    expect(await close(firm, "2026-10")).toMatchObject({ drafted: 1, issued: 1 });
    expect(await lines(firm)).toMatchObject([
      {
        description: "Milestone: Design freeze",
        net_minor: "2000000",
        retained_minor: "100000",
        because: `Agreed at 20000.00 EUR; accepted on 2026-10-14 by Dana Roe, proven by acceptance.pdf (SHA-256 ${sha.slice(0, 12)}…); 1000.00 EUR of it (5 %) may be held back until release`,
      },
    ]);
    const [snapshot] = await rows(firm, "select snapshot from invoice_snapshots where tenant_id = $1");
    expect(JSON.parse(snapshot.snapshot)).toMatchObject({
      netMinor: "2000000",
      taxMinor: "380000",
      lines: [{ project: "Bridge", quantity: "1", unit: "each", minutes: 0, retainedMinor: "100000" }],
      engagement: { code: "E-1" },
    });
    expect(await open(firm)).toEqual([]);
  });

  it("waits for its acceptance and for the proof of it, and is billed then", async () => {
    const firm = await firmWith({}, [milestone, { ...accepted, milestone_key: "m2", name: "Tender" }]);
    expect(await close(firm, "2026-10")).toMatchObject({ drafted: 0 });
    expect(await open(firm)).toEqual([
      "milestone-evidence-missing milestone 2000000",
      "milestone-not-accepted milestone 2000000",
    ]);
    await firm.take("milestones", [proven, { ...proven, milestone_key: "m2", name: "Tender" }]);
    expect(await close(firm, "2026-11")).toMatchObject({ drafted: 1, issued: 1 });
    expect(await lines(firm)).toHaveLength(2);
    expect(await open(firm)).toEqual([]);
  });

  it("keeps the amount that was accepted, and cannot be edited once it is billed", async () => {
    const firm = await firmWith({}, [proven]);
    await firm.take("milestones", [{ ...proven, amount: "25000.00" }]);
    await close(firm, "2026-10");
    await firm.take("milestones", [{ ...proven, name: "Design" }]);
    expect(await quarantined(firm)).toEqual([
      "amount: was accepted on 2026-10-14 at 20000.00 EUR, and an accepted amount does not change",
      "milestone_key: was already billed on invoice F-2026-00001; correct it by a credit",
    ]);
  });

  it("is refused with a sentence when it cannot be true", async () => {
    const firm = await firmWith({});
    await firm.take("milestones", [
      { ...milestone, evidence: "acceptance.pdf", evidence_sha256: sha },
      { ...accepted, milestone_key: "m2", evidence: "acceptance.pdf", evidence_sha256: "abc" },
      { ...milestone, milestone_key: "m3", amount: "0.00" },
    ]);
    expect(await quarantined(firm)).toEqual([
      "evidence: speaks of an acceptance that has no date in accepted_on",
      "evidence_sha256: speaks of an acceptance that has no date in accepted_on",
      "evidence_sha256: “abc” is not the SHA-256 of a document, 64 hexadecimal digits",
      "amount: “0.00” is not an amount in EUR above zero",
    ]);
    expect(await firm.take("engagements", [{ ...engagement, holdback_percent: "120%" }])).toMatchObject({
      quarantined: 1,
    });
  });

  it("comes onto a draft that is revised when it is accepted late", async () => {
    const firm = await firmWith({ fee_amount: "500.00", fee_instalments: "100% on 2026-10-01" }, [milestone]);
    const runner = await firm.as("billing-runner");
    const coordinator = await firm.as("coordinator");
    const id = await runner((scope) => startBillingRun(scope, { period: month("2026-10") }));
    await runBilling(runner, { billingRunId: id });
    const [draft] = await rows(firm, "select id from invoices where tenant_id = $1");
    await coordinator((scope) => submitInvoices(scope, { invoiceIds: [draft.id] }));
    await firm.take("milestones", [proven]);
    await coordinator((scope) => reviseInvoice(scope, { invoiceId: draft.id, reason: "The acceptance came in" }));
    expect(await lines(firm)).toMatchObject([{ net_minor: "50000" }, { net_minor: "2000000" }]);
  });

  it("beside time covered by the fee leaves every minute accounted for", async () => {
    const firm = await firmWith({}, [proven]);
    await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
    await firm.take("time_entries", [
      {
        entry_key: "t1",
        worker_key: "w1",
        project_key: "p1",
        work_date: "2026-10-05",
        hours: "3.00",
        status: "approved",
      },
    ]);
    await close(firm, "2026-10");
    expect(
      await rows(
        firm,
        "select outcome, minutes, line_id is null as bare from claims where tenant_id = $1 order by minutes",
      ),
    ).toEqual([
      { outcome: null, minutes: 0, bare: false },
      { outcome: "covered", minutes: 180, bare: true },
    ]);
  });
});

it("the database itself refuses a line for a milestone that nothing proves", async () => {
  const firm = await firmWith({}, [proven, { ...milestone, milestone_key: "m2" }]);
  await close(firm, "2026-10");
  const take = `insert into claims (tenant_id, id, work_item_id, work_item_version, minutes, line_id, billing_run_id)
    select c.tenant_id, gen_random_uuid(), m.id, m.version, 0, c.line_id, c.billing_run_id
      from claims c, milestones m where c.tenant_id = $1 and m.tenant_id = $1 and m.evidence_id is null`;
  await database.current.admin.query("alter table claims disable trigger guard_new");
  await expect(rows(firm, take)).rejects.toMatchObject({ code: "PL065" });
  await database.current.admin.query("alter table claims enable trigger guard_new");
});
