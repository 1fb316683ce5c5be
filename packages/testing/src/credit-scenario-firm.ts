import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { billableClient } from "./billable-client.ts";
import { closeMonth, closersOf } from "./close-month.ts";
import { type Firm, newFirm } from "./firm.ts";
import { query } from "@plumbline/platform/sql";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";

type Columns = Readonly<Record<string, string>>;

/** What was agreed and done: columns as imports have them. */
export type Given = {
  /** October 2026 when absent. */
  readonly month?: string;
  /** When it is billed, and when it is credited; early in the next month when absent. */
  readonly on?: string;
  readonly credited_on?: string;
  /** A company in another country than Germany. */
  readonly country?: string;
  readonly client?: Columns;
  readonly engagement?: Columns;
  /** Price of an hour. */
  readonly rate?: string;
  /** `2026-10-05 2.00`: a day and hours. */
  readonly work?: readonly string[];
  readonly milestones?: readonly Columns[];
};

export const periodOf = ({ month = "2026-10" }: Given): Period => monthPeriod(month) as Period;

/** A firm with one issued invoice. Its clock stands on the day of the credits. */
export async function billedScenario(
  pool: TenantPool,
  given: Given,
): Promise<{ readonly firm: Firm; readonly invoiceId: InvoiceId }> {
  const { on = "2026-11-03" } = given;
  let now = new Date(`${on}T10:00:00Z`);
  const { country = "DE" } = given;
  const firm = await newFirm(pool, { clock: () => now, folder: { legalEntities: [entity(country)] } });
  await takeTerms(firm, given, country);
  await takeWork(firm, given);
  const runner = await firm.as("billing-runner");
  const closed = await closeMonth(await closersOf(firm), {
    period: periodOf(given),
    bill: async (billingRunId) => {
      await runBilling(runner, { billingRunId });
    },
  });
  if (closed.issued !== 1) throw new Error(`one invoice is wanted: ${JSON.stringify(closed)}`);
  const [invoice] = await runner((scope) => query<{ id: InvoiceId }>(scope.tx, "select id from invoices"));
  now = new Date(`${given.credited_on ?? on}T11:00:00Z`);
  return { firm, invoiceId: (invoice as { id: InvoiceId }).id };
}

export const entity = (country: string) => ({
  key: "own",
  legalName: `Firm ${country}`,
  country,
  currency: "EUR",
  timeZone: "Europe/Berlin",
  address: ["Hauptstraße 1", "10115 Berlin"],
  taxId: `${country}123456789`,
  fiscalYearStarts: 1,
  invoiceNumbers: "F-{year}-{number:5}",
});

export async function takeTerms(firm: Firm, given: Given, country: string): Promise<void> {
  await firm.take("clients", [billableClient("c1", { country, tax_id: `${country}1`, ...given.client })]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
  const taken = await firm.take("engagements", [
    {
      engagement_key: "e1",
      client_key: "c1",
      code: "E-1",
      card_key: "std",
      approver_email: "manager@firm.example",
      ...given.engagement,
    },
  ]);
  if (taken.quarantined > 0) throw new Error("the terms were refused");
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Rollout" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("rates", [
    { card_key: "std", role: "Senior", price: given.rate ?? "100.00", effective_from: "2020-01-01" },
  ]);
}

/** @param first what the keys of the work begin with: other work has others */
export async function takeWork(firm: Firm, { work = [], milestones = [] }: Given, first = "t"): Promise<void> {
  const entries = work.map((text, index) => {
    const [work_date = "", hours = ""] = text.split(" ");
    const key = `${first}${index + 1}`;
    return {
      entry_key: key,
      worker_key: "w1",
      project_key: "p1",
      work_date,
      hours,
      role: "Senior",
      status: "approved",
      narrative: key,
    };
  });
  if (entries.length > 0) await firm.take("time_entries", entries);
  if (milestones.length === 0) return;
  const taken = await firm.take(
    "milestones",
    milestones.map((columns, index) => ({
      milestone_key: `${first}m${index + 1}`,
      engagement_key: "e1",
      evidence: "proof.pdf",
      evidence_sha256: "a".repeat(64),
      accepted_by: "Client",
      ...columns,
    })),
  );
  if (taken.quarantined > 0) throw new Error("a milestone was refused");
}
