import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { query } from "@plumbline/platform/sql";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { billableClient } from "./billable-client.ts";
import { type Firm, newFirm } from "./firm.ts";

const october = { start: "2026-10-01" as LocalDate, end: "2026-11-01" as LocalDate };

type Columns = Readonly<Record<string, string>>;

/** A time entry of the fixture's worker on its first project: two hours, approved. */
export const timeEntry = (key: string, more: Columns = {}): Columns => ({
  entry_key: key,
  worker_key: "w1",
  project_key: "p1",
  work_date: "2026-10-05",
  hours: "2.00",
  status: "approved",
  narrative: `work ${key}`,
  ...more,
});

/**
 * A firm whose October is billed: one engagement, project, entry of two hours at 100 EUR, and so one draft, for each
 * client. Worker `w2` has no grade, so his time has no rate.
 *
 * @param options.clients up to 124, or the worker's days are too long to be believed
 * @param options.client columns that the clients have otherwise, such as `po_required`
 * @param options.entries rows of time besides those two hours
 */
export async function billedFirm(
  pool: TenantPool,
  options: {
    readonly clients?: number;
    readonly clock?: () => Date;
    readonly client?: Columns;
    readonly entries?: readonly Columns[];
  } = {},
): Promise<{ readonly firm: Firm; readonly ids: readonly InvoiceId[]; readonly billingRunId: string }> {
  const firm = await newFirm(pool, options.clock === undefined ? {} : { clock: options.clock });
  const keys = Array.from({ length: options.clients ?? 1 }, (_, index) => String(index + 1));
  await takeMasterData(firm, keys, options.client ?? {});
  await firm.take("time_entries", [
    ...keys.map((key, index) => timeEntry(`t${key}`, { project_key: `p${key}`, work_date: workDate(index) })),
    ...(options.entries ?? []),
  ]);
  const runner = await firm.as("billing-runner");
  const billingRunId = await runner((scope) => startBillingRun(scope, { period: october }));
  await runBilling(runner, { billingRunId });
  const drafts = await runner((scope) => query<{ id: InvoiceId }>(scope.tx, "select id from invoices order by id"));
  return { firm, billingRunId, ids: drafts.map(({ id }) => id) };
}

/** Weeks of more hours than anybody works would be held back. */
const entriesOfDay = 4;
const daysOfOctober = 31;
const workDate = (index: number) =>
  `2026-10-${String(1 + ((4 + Math.floor(index / entriesOfDay)) % daysOfOctober)).padStart(2, "0")}`;

async function takeMasterData(firm: Firm, keys: readonly string[], client: Columns): Promise<void> {
  await firm.take(
    "clients",
    keys.map((key) => billableClient(`c${key}`, client)),
  );
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
  await firm.take(
    "engagements",
    keys.map((key) => ({
      engagement_key: `e${key}`,
      client_key: `c${key}`,
      code: `E-${key}`,
      card_key: "std",
      approver_email: "manager@firm.example",
    })),
  );
  await firm.take(
    "projects",
    keys.map((key) => ({ project_key: `p${key}`, engagement_key: `e${key}`, name: `Project ${key}` })),
  );
  await firm.take("workers", [
    { worker_key: "w1", name: "Ann" },
    { worker_key: "w2", name: "Bob" },
  ]);
  await firm.take("worker_grades", [{ worker_key: "w1", grade: "Senior", from_date: "2020-01-01" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "100.00", effective_from: "2026-01-01" }]);
}
