import type { ImportKind } from "@plumbline/contract/import-row";
import type { RepricingWire } from "@plumbline/contract/repricing";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { approveAsFinance, approveAsManager } from "@plumbline/operations/invoices/approve-invoices";
import { type Invoice, listInvoicesAt } from "@plumbline/operations/invoices/invoice-store";
import { reviseOvertaken } from "@plumbline/operations/invoices/revise-overtaken";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { createCreditNote } from "@plumbline/operations/credits/create-credit-note";
import type { InvoiceId } from "@plumbline/domain/id";
import { toDecimal } from "@plumbline/domain/money/decimal";
import { listRepricing } from "@plumbline/operations/repricing/list-repricing";
import { listLedgerFaults } from "@plumbline/operations/ledger/list-ledger-faults";
import { countSums } from "@plumbline/operations/work/count-sums";
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
  /** The same, one after another. */
  | "bill"
  | "submit"
  | "manager"
  | "finance"
  /** What time overtook is drafted anew, as the worker does after each import. */
  | "revise"
  /** `a 2026-10-05 2.00 submitted words`: a key, a day, hours, a status unless approved, and other words when told again. */
  | { readonly take: readonly string[] }
  /** Expenses as an import has them: a taxi of October 5th with its receipt, unless it says otherwise. */
  | { readonly spend: readonly Columns[] }
  /** Anything else as imports have it. */
  | { readonly add: Readonly<Partial<Record<ImportKind, readonly Columns[]>>> }
  /** The first invoice: all of it, or `1 60`, minutes of a line; with `rebill` it is billed anew. */
  | { readonly credit: string }
  /** `100.00 2026-01-01`: the price of an hour, and from when. */
  | { readonly rates: readonly string[] };

type Columns = Readonly<Record<string, string>>;

export type MovingScenario = {
  readonly title: string;
  readonly rule: string;
  readonly given?: {
    readonly engagement?: Columns;
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
  if (typeof step === "string") await acts[step](firm);
  else if ("take" in step) await takeTime(firm, step.take);
  else if ("spend" in step) await takeAll(firm, { expenses: step.spend.map((row) => ({ ...taxi, ...row })) });
  else if ("add" in step) await takeAll(firm, step.add);
  else if ("rates" in step) await takeRates(firm, step.rates);
  else await credit(firm, step.credit);
}

async function credit(firm: Firm, what: string): Promise<void> {
  const [position, quantity] = /^\d/.test(what) ? what.split(" ") : [];
  const lines = [{ position: Number(position), quantity, treatment: "rebillable" as const }];
  await (
    await firm.as("coordinator")
  )(async (scope) => {
    const [first] = await query<{ id: InvoiceId }>(
      scope.tx,
      "select id from invoices where kind = 'invoice' order by id",
    );
    await createCreditNote(scope, {
      invoiceId: first?.id as InvoiceId,
      lines: position === undefined ? "rebillable" : lines,
      code: "wrong_rate",
      reason: "As agreed",
      rebills: what.endsWith("rebill"),
    });
  });
}

const seen = (invoices: readonly Invoice[]) => invoices.map(({ id, contentHash }) => ({ invoiceId: id, contentHash }));

const acts: Readonly<Record<Extract<MovingStep, string>, (firm: Firm) => Promise<unknown>>> = {
  close,
  bill: async (firm) => {
    const runner = await firm.as("billing-runner");
    const billingRunId = await runner((scope) => startBillingRun(scope, { period: october }));
    await runBilling(runner, { billingRunId });
  },
  submit: async (firm) =>
    (await firm.as("coordinator"))(async (scope) =>
      submitInvoices(scope, { invoiceIds: (await listInvoicesAt(scope.tx, "draft")).map(({ id }) => id) }),
    ),
  manager: async (firm) =>
    (await firm.as("manager"))(async (scope) =>
      approveAsManager(scope, { approvals: seen(await listInvoicesAt(scope.tx, "validation_pending")) }),
    ),
  finance: async (firm) =>
    (await firm.as("finance"))(async (scope) =>
      approveAsFinance(scope, { approvals: seen(await listInvoicesAt(scope.tx, "manager_approved")) }),
    ),
  revise: async (firm) => reviseOvertaken(await firm.as("billing-runner")),
};

async function close(firm: Firm): Promise<void> {
  const runner = await firm.as("billing-runner");
  await closeMonth(await closersOf(firm), {
    period: october,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
}

async function takeTime(firm: Firm, entries: readonly string[]): Promise<void> {
  const rows = entries.map((text) => {
    const [entry_key = "", work_date = "", hours = "", ...more] = text.split(" ");
    const status = more.find((word) => ["submitted", "rejected"].includes(word)) ?? "approved";
    const narrative = [entry_key, ...more.filter((word) => word !== status)].join(" ");
    const who = { worker_key: "w1", project_key: "p1", role: "Senior" };
    return { entry_key, ...who, work_date, hours, status, narrative };
  });
  const taken = await firm.take("time_entries", rows);
  if (taken.quarantined > 0) throw new Error(`time was refused: ${entries.join(", ")}`);
}

const taxi = {
  project_key: "p1",
  spent_on: "2026-10-05",
  category: "Travel",
  description: "taxi",
  status: "approved",
  receipt: "taxi.pdf",
  receipt_sha256: "b".repeat(64),
};

async function takeAll(firm: Firm, rows: Readonly<Partial<Record<ImportKind, readonly Columns[]>>>): Promise<void> {
  for (const [kind, ofKind] of Object.entries(rows) as [ImportKind, readonly Columns[]][]) {
    const taken = await firm.take(kind, ofKind);
    if (taken.quarantined > 0) throw new Error(`${kind} were refused: ${JSON.stringify(ofKind)}`);
  }
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
      unissued: (await query<{ text: string }>(scope.tx, unissuedSql)).map(({ text }) => text),
      exceptions: (
        await query<{ text: string }>(
          scope.tx,
          "select code || ': ' || message as text from exceptions where state = 'open' order by 1",
        )
      ).map(({ text }) => text),
      sums: (await countSums(scope)).map(
        ({ kind, bucket, amounts }) => `${kind} ${bucket}: ${amounts.map(toDecimal).join(", ")}`,
      ),
      repricing: (await listRepricing(scope, { limit: 50 })).items.map(repricingText),
      minutes: Object.fromEntries(Object.entries(await conserveMinutes(scope)).filter(([, count]) => count !== 0)),
    };
    return Object.fromEntries(["faults", ...asked].map((name) => [name, all[name]]));
  });
  return { ...state, differs: await whatDiffers(await firm.as("auditor")) };
}

const repricingText = ({ invoice, proposal, net, total }: RepricingWire): string =>
  `${proposal} ${invoice.number ?? "draft"}: net ${net.billed.amount} → ${net.repriced.amount}, total by ${total.difference.amount}`;

/** What was issued, by number: each line, and what it or its document says about an edit. */
const documentsSql = `
  select i.number_text || ': ' || trim_scale(l.quantity) || case l.unit when 'minute' then ' min' else '' end || ' = ' || trim_scale(round(l.net_minor / 100.0, 2))::numeric(12, 2)
         || coalesce(' (' || coalesce(i.correction_reason, substring(l.because from 'edited after billing.*')) || ')', '') as text
    from invoices i
    join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
   where i.number is not null order by i.number_text collate "C", l.position`;

/** What is not issued: where it stands, how much, how many signed its content, and why it was last changed. */
const unissuedSql = `
  select i.stage || ': ' || i.minutes || ' min = ' || (i.net_minor / 100.0)::numeric(12, 2) || ', '
         || (select count(*) from approvals a where a.tenant_id = i.tenant_id and a.invoice_id = i.id and a.approval_round = i.approval_round)
         || ' approvals' || coalesce(' (' || (
              select a.reason from audit_entries a where a.tenant_id = i.tenant_id and a.subject_id = i.id and a.reason is not null
               order by a.id desc limit 1) || ')', '') as text
    from invoices i where i.number is null order by i.stage, i.id`;
