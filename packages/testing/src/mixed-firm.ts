import type { ImportKind } from "@plumbline/contract/import-row";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { billableClient } from "./billable-client.ts";
import { closeMonth, closersOf, type MonthClose } from "./close-month.ts";
import { type Firm, newFirm } from "./firm.ts";

type Rows = readonly Readonly<Record<string, string>>[];

const sha = "c".repeat(64);

/** What the firm is, by import: every way of billing there is, for three clients. */
export const mixedMasterData = {
  clients: [
    billableClient("c1", { name: "Bright", grouping: "project", po_required: "yes" }),
    billableClient("c2", {
      name: "Lumen",
      country: "FR",
      tax_id: "FR12345678901",
      language: "de",
      vat_id_checked_on: "2026-10-01",
      vat_id_valid: "yes",
    }),
    billableClient("c3", { name: "Harbour", grouping: "client" }),
  ],
  rate_cards: [{ card_key: "std", currency: "EUR", is_default: "yes" }],
  engagements: [
    {
      engagement_key: "e1",
      client_key: "c1",
      code: "E-1",
      card_key: "std",
      approver_email: "manager@firm.example",
      increment_minutes: "15",
      increment_per: "day",
      cap_amount: "1500.00",
      po_number: "PO-1",
      po_amount: "5000.00",
      po_valid_from: "2026-01-01",
    },
    {
      engagement_key: "e2",
      client_key: "c2",
      code: "E-2",
      card_key: "std",
      approver_email: "manager@firm.example",
      holdback_percent: "5%",
      overtime: "150% over 8 h a day",
      volume_tiers: "95% from 2 h",
      indexation: "3% from 2026-06-01",
      expense_markup_percent: "10%",
    },
    {
      engagement_key: "e3",
      client_key: "c3",
      code: "E-3",
      approver_email: "manager@firm.example",
      flat_rate: "yes",
      fee_amount: "10000.00",
      fee_instalments: "30% on 2026-10-31 | 70% on 2026-12-31",
    },
    {
      engagement_key: "e4",
      client_key: "c3",
      code: "E-4",
      card_key: "std",
      approver_email: "manager@firm.example",
      bucket_hours: "1",
      bucket_price: "100.00",
      bucket_starts_on: "2026-10-01",
      bucket_rollover: "all",
      minimum_amount: "250.00",
      minimum_starts_on: "2026-09-01",
    },
  ],
  projects: [
    { project_key: "p1", engagement_key: "e1", name: "Rollout" },
    { project_key: "p1b", engagement_key: "e1", name: "Training" },
    { project_key: "p2", engagement_key: "e2", name: "Audit" },
    { project_key: "p3", engagement_key: "e3", name: "Bridge" },
    { project_key: "p4", engagement_key: "e4", name: "Pier" },
  ],
  workers: [
    { worker_key: "w1", name: "Ann Lee" },
    { worker_key: "w2", name: "Bo Ray" },
  ],
  worker_grades: [{ worker_key: "w1", grade: "Senior", from_date: "2020-01-01" }],
  rates: [
    { card_key: "std", role: "Senior", price: "133.33", effective_from: "2026-01-01" },
    { card_key: "std", role: "Partner", price: "410.00", effective_from: "2026-01-01" },
    {
      card_key: "std",
      client_key: "c2",
      project_key: "p2",
      worker_key: "w2",
      task: "Review",
      price: "171.01",
      effective_from: "2026-01-01",
    },
  ],
} as const satisfies Partial<Record<ImportKind, Rows>>;

const time = (key: string, more: Readonly<Record<string, string>>) => ({
  entry_key: key,
  worker_key: "w1",
  work_date: "2026-10-06",
  status: "approved",
  narrative: `work ${key}`,
  ...more,
});

/** What was done in October: days that are rounded across invoices, a cap that cuts, expenses, a milestone, a fee and what recurs. */
export const mixedOctober = {
  time_entries: [
    time("t1", { project_key: "p1", hours: "3.10" }),
    time("t2", { project_key: "p1b", hours: "1.30" }),
    time("t3", { project_key: "p1", hours: "7.90", work_date: "2026-10-07" }),
    time("t4", { project_key: "p2", hours: "2.20", worker_key: "w2", task: "Review" }),
    time("t5", { project_key: "p2", hours: "0.40", worker_key: "w2", role: "Partner", task: "Hearing" }),
    time("t8", { project_key: "p2", hours: "9.50", work_date: "2026-10-13" }),
    time("t6", { project_key: "p3", hours: "5.00", work_date: "2026-10-08" }),
    time("t7", { project_key: "p4", hours: "1.11", work_date: "2026-10-09" }),
  ],
  milestones: [
    {
      milestone_key: "m1",
      engagement_key: "e2",
      project_key: "p2",
      name: "Design freeze",
      amount: "20000.00",
      due_date: "2026-10-31",
      accepted_on: "2026-10-14",
      accepted_by: "Dana Roe",
      evidence: "acceptance.pdf",
      evidence_sha256: sha,
    },
  ],
  subscriptions: [
    {
      subscription_key: "s1",
      engagement_key: "e3",
      name: "Helpdesk",
      starts_on: "2026-10-01",
      price: "33.33",
      quantity: "3 | 4 from 2026-10-20",
      unit: "seat",
    },
  ],
  meters: [
    {
      meter_key: "u1",
      engagement_key: "e3",
      name: "API calls",
      starts_on: "2026-10-01",
      price: "0.10 | 0.07 above 1000",
      included: "12.5",
    },
  ],
  usage: [{ usage_key: "u1", meter_key: "u1", used_on: "2026-10-31", quantity: "1234.56" }],
  expenses: [
    {
      expense_key: "x1",
      project_key: "p2",
      worker_key: "w1",
      spent_on: "2026-10-12",
      category: "Travel",
      description: "rail",
      paid: "119.00",
      currency: "USD",
      exchange_rate: "0.9217",
      exchange_on: "2026-10-12",
      exchange_source: "ECB",
      receipt: "rail.pdf",
      receipt_sha256: sha,
      status: "approved",
    },
    {
      expense_key: "x2",
      project_key: "p2",
      worker_key: "w1",
      spent_on: "2026-10-13",
      category: "Court fees",
      description: "filing",
      as_agent: "yes",
      paid: "142.80",
      receipt: "filing.pdf",
      receipt_sha256: sha,
      status: "approved",
    },
  ],
} as const satisfies Partial<Record<ImportKind, Rows>>;

/** Bills October and takes everything to issue. */
export async function issueOctober(firm: Firm): Promise<MonthClose> {
  const runner = await firm.as("billing-runner");
  return closeMonth(await closersOf(firm), {
    period: monthPeriod("2026-10") as Period,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
}

/** A firm that bills in every way there is, with its October recorded and nothing billed. */
export async function mixedFirm(pool: TenantPool, options: Parameters<typeof newFirm>[1] = {}): Promise<Firm> {
  const firm = await newFirm(pool, options);
  for (const [kind, rows] of Object.entries({ ...mixedMasterData, ...mixedOctober })) {
    const taken = await firm.take(kind as ImportKind, rows); // The keys of both are import kinds.
    if (taken.quarantined > 0) throw new Error(`${taken.quarantined} ${kind} of the mixed firm were refused`);
  }
  return firm;
}
