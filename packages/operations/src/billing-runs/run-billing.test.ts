import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { Problem } from "@plumbline/domain/problem";
import { billableClient } from "@plumbline/testing/billable-client";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { cancelBillingRun } from "./cancel-billing-run.ts";
import { runBilling } from "./run-billing.ts";
import { startBillingRun } from "./start-billing-run.ts";

const database = useTestDatabase();
const october = { start: "2026-10-01" as LocalDate, end: "2026-11-01" as LocalDate };

const client = billableClient("c1", { name: "Bright" });
const engagement = {
  engagement_key: "e1",
  client_key: "c1",
  code: "E-1",
  card_key: "std",
  approver_email: "manager@firm.example",
};

async function firmWithWork(rows: readonly Record<string, string>[]): Promise<Firm> {
  const firm = await newFirm(database.current.pool);
  await firm.take("clients", [client]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
  await firm.take("engagements", [engagement, { ...engagement, engagement_key: "e2", code: "E-2", flat_rate: "yes" }]);
  await firm.take("projects", [
    { project_key: "p1", engagement_key: "e1", name: "Rollout" },
    { project_key: "p2", engagement_key: "e2", name: "Fixed" },
    { project_key: "p3", engagement_key: "e1", name: "Internal", billable: "no" },
  ]);
  await firm.take("workers", [
    { worker_key: "w1", name: "Ann" },
    { worker_key: "w2", name: "Bob" },
  ]);
  await firm.take("worker_grades", [{ worker_key: "w1", grade: "Senior", from_date: "2020-01-01" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "150.00", effective_from: "2026-01-01" }]);
  const summary = await firm.take(
    "time_entries",
    rows.map((row, index) => ({
      entry_key: `t${index}`,
      worker_key: "w1",
      project_key: "p1",
      work_date: "2026-10-05",
      hours: "1.00",
      status: "approved",
      narrative: `work ${index}`,
      ...row,
    })),
  );
  expect(summary.quarantined).toBe(0);
  return firm;
}

async function bill(firm: Firm) {
  const runner = await firm.as("billing-runner");
  const id = await runner((scope) => startBillingRun(scope, { period: october }));
  const state = await runBilling(runner, { billingRunId: id });
  const rows = async (sql: string) => (await database.current.admin.query(sql, [firm.tenantId])).rows;
  return {
    state,
    invoices: await rows(
      "select net_minor, tax_minor, total_minor, minutes, stage from invoices where tenant_id = $1 order by id",
    ),
    lines: await rows(
      "select description, minutes, net_minor, because from invoice_lines where tenant_id = $1 order by id",
    ),
    outcomes: await rows(
      "select outcome, minutes, reason from claims where tenant_id = $1 and outcome is not null order by outcome",
    ),
    exceptions: await rows(
      "select code, severity, state, entries, minutes from exceptions where tenant_id = $1 order by code",
    ),
  };
}

describe("a billing run", () => {
  it("turns approved time into an explained draft with its tax", async () => {
    const firm = await firmWithWork([{ hours: "1.25" }, { hours: "0.50", work_date: "2026-10-06" }]);
    const result = await bill(firm);
    expect(result.state).toBe("done");
    expect(result.invoices).toEqual([
      { net_minor: "26250", tax_minor: "4988", total_minor: "31238", minutes: "105", stage: "draft" },
    ]);
    expect(result.lines).toEqual([
      {
        description: "Senior",
        minutes: "105",
        net_minor: "26250",
        because:
          "150.00 EUR per hour from the engagement's rate card “std”, in force since 2026-01-01; 2 entries from 2026-10-05 to 2026-10-06",
      },
    ]);
    expect(result.exceptions).toEqual([]);
  });

  it("bills nothing the second time", async () => {
    const firm = await firmWithWork([{}]);
    const first = await bill(firm);
    const second = await bill(firm);
    expect(second.invoices).toEqual(first.invoices);
  });

  it("puts covered and unpaid work into its bucket with a reason, and holds what policy stops", async () => {
    const firm = await firmWithWork([
      { project_key: "p2" },
      { project_key: "p3" },
      { status: "submitted" },
      { worker_key: "w2" },
      { narrative: "same" },
      { narrative: "same" },
      { started_at: "09:00" },
      { started_at: "09:30" },
    ]);
    const result = await bill(firm);
    expect(result.outcomes.map((row: { outcome: string }) => row.outcome)).toEqual(["covered", "no_charge"]);
    expect(result.exceptions.map((row: { code: string; entries: number }) => `${row.code} ${row.entries}`)).toEqual([
      "duplicate-time 1",
      "held-time-left-behind 2",
      "non-billable-project 1",
      "overlapping-time 1",
      "rate-missing 1",
      "time-not-approved 1",
    ]);
    expect(result.invoices).toMatchObject([{ minutes: "120" }]);
  });

  it("is refused while another is open, and can be cancelled", async () => {
    const firm = await firmWithWork([{}]);
    const runner = await firm.as("billing-runner");
    const id = await runner((scope) => startBillingRun(scope, { period: october }));
    await expect(runner((scope) => startBillingRun(scope, { period: october }))).rejects.toThrow(Problem);
    await runner((scope) => cancelBillingRun(scope, { billingRunId: id }));
    expect(await runBilling(runner, { billingRunId: id })).toBeUndefined();
  });
});
