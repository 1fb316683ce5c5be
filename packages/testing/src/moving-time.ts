import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { listLedgerFaults } from "@plumbline/operations/ledger/list-ledger-faults";
import { conserveMinutes } from "@plumbline/operations/work/conserve-minutes";
import { query } from "@plumbline/platform/sql";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { closeMonth, closersOf } from "./close-month.ts";
import { takeTerms } from "./credit-scenario-firm.ts";
import { type Firm, newFirm } from "./firm.ts";
import { whatDiffers } from "./what-differs.ts";

/** What happens to time, one after another. */
export type MovingStep =
  /** Bill October, and everybody signs until it is issued. */
  | "close"
  /** `a 2026-10-05 2.00 words`: a key, a day, hours, and more words where it is told again in others. */
  | { readonly take: readonly string[] };

export type MovingScenario = {
  readonly title: string;
  readonly rule: string;
  readonly given?: {
    readonly engagement?: Readonly<Record<string, string>>;
    /** `100.00 2026-01-01`: the price of an hour, and from when. */
    readonly rates?: readonly string[];
  };
  readonly do: readonly MovingStep[];
  readonly expect: Readonly<Record<string, unknown>>;
};

const october = monthPeriod("2026-10") as Period;

/** Lets time move as the scenario says, and tells how things stand. */
export async function playMovingTime(pool: TenantPool, scenario: MovingScenario): Promise<Record<string, unknown>> {
  const firm = await newMovingFirm(pool, scenario.given);
  for (const step of scenario.do) await doStep(firm, step);
  return stateOf(firm, Object.keys(scenario.expect));
}

export async function newMovingFirm(pool: TenantPool, given: MovingScenario["given"] = {}): Promise<Firm> {
  const firm = await newFirm(pool, { clock: () => new Date("2026-11-03T10:00:00Z") });
  await takeTerms(firm, { engagement: given.engagement ?? {} }, "DE");
  if (given.rates) await takeRates(firm, given.rates);
  return firm;
}

export async function doStep(firm: Firm, step: MovingStep): Promise<void> {
  if (step === "close") await close(firm);
  else await takeTime(firm, step.take);
}

async function close(firm: Firm): Promise<void> {
  const runner = await firm.as("billing-runner");
  await closeMonth(await closersOf(firm), {
    period: october,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
}

async function takeTime(firm: Firm, entries: readonly string[]): Promise<void> {
  const rows = entries.map((text) => {
    const [entry_key = "", work_date = "", hours = "", ...words] = text.split(" ");
    const narrative = [entry_key, ...words].join(" ");
    const who = { worker_key: "w1", project_key: "p1", role: "Senior" };
    return { entry_key, ...who, work_date, hours, status: "approved", narrative };
  });
  const taken = await firm.take("time_entries", rows);
  if (taken.quarantined > 0) throw new Error(`time was refused: ${entries.join(", ")}`);
}

async function takeRates(firm: Firm, rates: readonly string[]): Promise<void> {
  await firm.take(
    "rates",
    rates.map((text) => {
      const [price = "", effective_from = ""] = text.split(" ");
      return { card_key: "std", role: "Senior", price, effective_from };
    }),
  );
}

/** How things stand, of what the scenario asks. Whatever it asks, no cent is astray and every invoice can be made again. */
async function stateOf(firm: Firm, asked: readonly string[]): Promise<Record<string, unknown>> {
  const controller = await firm.as("controller");
  const state = await controller(async (scope) => {
    const all: Record<string, unknown> = {
      faults: await listLedgerFaults(scope),
      documents: (await query<{ text: string }>(scope.tx, documentsSql)).map(({ text }) => text),
      minutes: Object.fromEntries(Object.entries(await conserveMinutes(scope)).filter(([, count]) => count !== 0)),
    };
    return Object.fromEntries(["faults", ...asked].map((name) => [name, all[name]]));
  });
  return { ...state, differs: await whatDiffers(await firm.as("auditor")) };
}

/** What was issued, by number: each line, and what it or its document says about an edit. */
const documentsSql = `
  select i.number_text || ': ' || trim_scale(l.quantity) || ' min = ' || trim_scale(round(l.net_minor / 100.0, 2))::numeric(12, 2)
         || coalesce(' (' || coalesce(i.correction_reason, substring(l.because from 'edited after billing.*')) || ')', '') as text
    from invoices i
    join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
   where i.number is not null order by i.number_text collate "C", l.position`;
