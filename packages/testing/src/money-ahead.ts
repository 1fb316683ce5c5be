import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { ClientId, EngagementId, LegalEntityId } from "@plumbline/domain/id";
import { parseDecimal } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { closeEngagement } from "@plumbline/operations/closures/close-engagement";
import { listLedgerBalances } from "@plumbline/operations/ledger/list-ledger-balances";
import { listLedgerFaults } from "@plumbline/operations/ledger/list-ledger-faults";
import { listRetainers } from "@plumbline/operations/payments/list-retainers";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { settleRetainer } from "@plumbline/operations/payments/settle-retainer";
import { receiveTrust } from "@plumbline/operations/trust/receive-trust";
import { conserveMinutes } from "@plumbline/operations/work/conserve-minutes";
import { query } from "@plumbline/platform/sql";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { billableClient } from "./billable-client.ts";
import { closeMonth, closersOf } from "./close-month.ts";
import { type Firm, newFirm } from "./firm.ts";
import { whatDiffers } from "./what-differs.ts";

type Columns = Readonly<Record<string, string>>;

/** What happens, one after another; an hour costs 100.00. */
export type AheadStep =
  /** The day it is from now on. */
  | { readonly on: LocalDate }
  /** Paid ahead for the engagement: "1000.00 2026-11-02". */
  | { readonly pay: string }
  /** The client's own money: "800.00". */
  | { readonly trust: string }
  /** Approved time, "2026-11-10 4.00". */
  | { readonly work: readonly string[] }
  /** Terms as they are from now on. */
  | { readonly agree: Columns }
  /** A month is billed, and its drafts stay; or everybody signs until they are issued. */
  | { readonly bill: string }
  | { readonly close: string }
  | "issue"
  | "settle"
  | { readonly shut: LocalDate };

export type AheadScenario = {
  readonly title: string;
  readonly rule: string;
  readonly given?: { readonly terms?: Columns; readonly subscription?: Columns };
  readonly do: readonly AheadStep[];
  readonly expect: Readonly<Record<string, unknown>>;
};

type Playing = {
  readonly firm: Firm;
  readonly engagementId: EngagementId;
  readonly ids: { readonly clientId: ClientId; readonly legalEntityId: LegalEntityId };
  readonly terms: Columns;
  readonly today: (day: LocalDate) => void;
};

/** Plays a scenario of money or hours that come before the work, and tells how things stand. */
export async function playMoneyAhead(pool: TenantPool, scenario: AheadScenario): Promise<Record<string, unknown>> {
  let now = new Date("2026-11-02T10:00:00Z");
  const firm = await newFirm(pool, { clock: () => now });
  const { terms = {}, subscription } = scenario.given ?? {};
  const engagement = { engagement_key: "e1", client_key: "c1", code: "E-1", approver_email: "manager@firm.example" };
  await takeAll(firm, {
    clients: [billableClient("c1", { name: "Bright" })],
    rate_cards: [{ card_key: "std", currency: "EUR", is_default: "yes" }],
    workers: [{ worker_key: "w1", name: "Ada" }],
    engagements: [{ ...engagement, ...terms }],
    projects: [{ project_key: "p1", engagement_key: "e1", name: "Crane" }],
    rates: [{ card_key: "std", role: "Senior", price: "100.00", effective_from: "2020-01-01" }],
    ...(subscription && { subscriptions: [{ subscription_key: "s1", engagement_key: "e1", ...subscription }] }),
  });
  const [ids] = await (
    await firm.as("auditor")
  )(({ tx }) =>
    query<Playing["ids"] & { readonly id: EngagementId }>(
      tx,
      'select id, payer_id as "clientId", legal_entity_id as "legalEntityId" from engagements',
    ),
  );
  if (ids === undefined) throw new Error("the engagement was not taken in");
  const playing: Playing = {
    firm,
    ids,
    engagementId: ids.id,
    terms: engagement,
    today: (day) => {
      now = new Date(`${day}T10:00:00Z`);
    },
  };
  const refused: string[] = [];
  for (const [index, step] of scenario.do.entries()) {
    try {
      await play(playing, step, index);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      refused.push(problem.detail ?? problem.kind);
    }
  }
  const state = await stateOf(playing, Object.keys(scenario.expect));
  return { ...state, ...(refused.length > 0 && { refused }) };
}

async function takeAll(firm: Firm, rows: Partial<Record<Parameters<Firm["take"]>[0], readonly Columns[]>>) {
  for (const [kind, of] of Object.entries(rows)) {
    const taken = await firm.take(kind as keyof typeof rows, of);
    if (taken.quarantined > 0) throw new Error(`${kind}: ${JSON.stringify(taken)}`);
  }
}

const moneyOf = (text: string): Money => parseDecimal(text, "EUR") as Money;

async function play(
  { firm, engagementId, ids, terms, today }: Playing,
  step: AheadStep,
  index: number,
): Promise<unknown> {
  if (step === "settle")
    return (await firm.as("controller"))((scope) => settleRetainer(scope, { engagementId, reason: "it ended" }));
  if (step === "issue") return closeMonth(await closersOf(firm), { period: monthPeriod("2026-11") as Period });
  if ("on" in step) return today(step.on);
  if ("agree" in step) return takeAll(firm, { engagements: [{ ...terms, ...step.agree }] });
  if ("work" in step)
    return takeAll(firm, { time_entries: step.work.map((text, at) => timeOf(text, `${index}-${at}`)) });
  if ("bill" in step || "close" in step) return billMonth(firm, step);
  if ("shut" in step)
    return (await firm.as("controller"))((scope) =>
      closeEngagement(scope, { engagementId, on: step.shut, reason: "handed over" }),
    );
  const collector = await firm.as("collector");
  if ("trust" in step)
    return collector((scope) =>
      receiveTrust(scope, {
        engagementId,
        amount: moneyOf(step.trust),
        reference: "wire",
        reason: "On account of costs",
        authority: "Letter of 1 November",
        evidence: { document: "advice.pdf", sha256: "a".repeat(64) },
      }),
    );
  const [amount = "", receivedOn] = step.pay.split(" ");
  return collector((scope) =>
    recordPayment(scope, {
      ...ids,
      amount: moneyOf(amount),
      receivedOn: receivedOn as LocalDate,
      reference: `step ${index}`,
      engagementId,
    }),
  );
}

function timeOf(text: string, key: string): Columns {
  const [work_date = "", hours = ""] = text.split(" ");
  const of = {
    worker_key: "w1",
    project_key: "p1",
    role: "Senior",
    status: "approved",
    narrative: "Calculated the load",
  };
  return { ...of, entry_key: key, work_date, hours };
}

async function billMonth(firm: Firm, step: { readonly bill: string } | { readonly close: string }): Promise<void> {
  const period = monthPeriod("bill" in step ? step.bill : step.close) as Period;
  const runner = await firm.as("billing-runner");
  const billingRunId = await (await firm.as("coordinator"))((scope) => startBillingRun(scope, { period }));
  await runBilling(runner, { billingRunId });
  if ("close" in step) await closeMonth(await closersOf(firm), { period });
}

/** Only what a scenario asks for, and what must never be: a ledger that lies, a minute astray, an invoice that differs. */
async function stateOf({ firm, engagementId }: Playing, asked: readonly string[]): Promise<Record<string, unknown>> {
  const auditor = await firm.as("auditor");
  const rows = (sql: string) =>
    auditor(({ tx }) => query<{ said: string }>(tx, sql)).then((of) => of.map((row) => row.said));
  const known: Readonly<Record<string, () => Promise<unknown>>> = {
    lines: () => rows(linesSql),
    draws: () => rows(drawsSql),
    deposits: () => rows(depositsSql),
    exceptions: () => rows("select message as said from exceptions where state = 'open' order by code, id"),
    events: () =>
      rows(
        "select data ->> 'as' || ': ' || (data ->> 'reason') as said from outbox where name = 'retainer.settled' order by id",
      ),
    revenue: () => rows(revenueSql),
    retainer: async () => {
      const [of] = await auditor((scope) => listRetainers(scope, { engagementId }));
      return (
        of &&
        `paid ${of.paid.amount}, used ${of.used.amount}, refunded ${of.refunded.amount}, earned ${of.earned.amount}, left ${of.balance.amount}`
      );
    },
    balances: async () =>
      (await auditor((scope) => listLedgerBalances(scope, {}))).map(
        ({ account, side, balance }) => `${account} ${side} ${balance.amount}`,
      ),
    minutes: async () => {
      const buckets = await auditor(conserveMinutes);
      return Object.fromEntries(Object.entries(buckets).filter(([, minutes]) => minutes > 0));
    },
  };
  const state: Record<string, unknown> = {
    faults: await auditor(listLedgerFaults),
    differs: await whatDiffers(auditor),
  };
  for (const name of asked) if (known[name] !== undefined) state[name] = await known[name]();
  return state;
}

const linesSql = `
  select coalesce(i.number_text, 'draft') || ': ' || l.description || ' = ' || l.net_minor as said
    from invoices i join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
   where i.stage <> 'discarded' and i.kind <> 'deposit' order by i.number nulls last, i.id, l.position`;
const drawsSql = `
  select i.number_text || ' takes ' || a.amount_minor || ' of ' || y.received_on as said
    from payment_applications a join payments y on y.id = a.payment_id join invoices i on i.id = a.invoice_id
   where y.engagement_id is not null order by a.id`;
const depositsSql = `
  select net_minor || ' ' || stage as said from invoices where kind = 'deposit' and stage <> 'discarded' order by id`;
const revenueSql = `
  select to_char(e.booked_on, 'YYYY-MM') || ' ' || e.fact || ' ' || sum(-p.amount_minor) as said
    from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'revenue'
   group by to_char(e.booked_on, 'YYYY-MM'), e.fact order by 1`;
