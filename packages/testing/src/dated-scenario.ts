import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { Treatment } from "@plumbline/domain/credit/correction";
import type { EngagementId, InvoiceId } from "@plumbline/domain/id";
import { parseDecimal } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { createCreditNote } from "@plumbline/operations/credits/create-credit-note";
import { createDeposit } from "@plumbline/operations/deposits/create-deposit";
import { findInvoice } from "@plumbline/operations/invoices/find-invoice";
import { listLedgerBalances } from "@plumbline/operations/ledger/list-ledger-balances";
import { listLedgerFaults } from "@plumbline/operations/ledger/list-ledger-faults";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { unapplyPayment } from "@plumbline/operations/payments/unapply-payment";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { closeMonth, closersOf } from "./close-month.ts";
import { type CreditNoteText, textOf } from "./credit-scenario.ts";
import { entity, type Given, takeTerms, takeWork } from "./credit-scenario-firm.ts";
import type { TestDatabase } from "./database.ts";
import { type Firm, newFirm } from "./firm.ts";
import { whatDiffers } from "./what-differs.ts";

/** Something that is done on a day, and what the document then says, or why it is refused. */
type Step = { readonly on: string; readonly issued_on?: string; readonly gives: CreditNoteText | string } & (
  | { readonly deposit: string }
  | { readonly issue: "what is approved" }
  | { readonly pay: string }
  | { readonly take_off: "the last payment" }
  | { readonly bill: string; readonly work?: readonly string[]; readonly milestones?: NonNullable<Given["milestones"]> }
  /** What is credited: a number and lines, all that is left of it without any. */
  | { readonly credit: string; readonly lines?: readonly number[]; readonly amount?: string }
);

export type DatedScenario = {
  readonly title: string;
  readonly rule: string;
  readonly given: Given & {
    readonly tax_point?: { readonly rule: "issue"; readonly withinDays?: number } | { readonly rule: "payment" };
    readonly books_closed_to?: string;
  };
  readonly do: readonly Step[];
  readonly expect: {
    /** What is left of each deposit. */
    readonly left?: readonly string[];
    readonly accounts?: Readonly<Record<string, string>>;
    readonly limits?: readonly string[];
    readonly taxPoints?: readonly string[];
    readonly withheld?: readonly string[];
    /** What may be kept for paying early, by when. */
    readonly early?: readonly string[];
    /** What is due of each tax. */
    readonly tax?: readonly string[];
  };
};

/** Asks for deposits, bills and credits as a scenario says, each issued at once or on a later day; tells what the documents and the books say. */
export async function playDated(
  { pool, admin }: Pick<TestDatabase, "pool" | "admin">,
  { given, do: steps }: DatedScenario,
) {
  const { country = "DE" } = given;
  const clock = { now: new Date() };
  const firm = await newFirm(pool, { clock: () => clock.now, folder: { legalEntities: [entityOf(given)] } });
  clock.now = new Date(`${steps[0]?.on}T09:00:00Z`);
  await takeTerms(firm, given, country);
  await admin.query("update legal_entities set lock_date = $1 where tenant_id = $2", [
    given.books_closed_to ?? null,
    firm.tenantId,
  ]);
  const said: (CreditNoteText | string)[] = [];
  for (const [index, step] of steps.entries()) {
    clock.now = new Date(`${step.on}T10:00:00Z`);
    said.push(await play(firm, step, { index, clock }).catch(toRefusal));
  }
  const auditor = await firm.as("controller");
  const state = await auditor(async (scope) => ({
    left: (await query<{ left: string }>(scope.tx, leftSql)).map(({ left }) => left),
    accounts: Object.fromEntries(
      (await listLedgerBalances(scope, {})).map(({ account, side, balance }) => [account, `${side} ${balance.amount}`]),
    ),
    limits: (await query<{ limit: string }>(scope.tx, limitsSql)).map(({ limit }) => limit),
    taxPoints: await listTaxPoints(scope),
    withheld: (await query<{ said: string }>(scope.tx, withheldSql)).map(({ said: text }) => text),
    early: (await query<{ said: string }>(scope.tx, earlySql)).map(({ said: text }) => text),
    tax: (await query<{ said: string }>(scope.tx, taxSql)).map(({ said: text }) => text),
    faults: await listLedgerFaults(scope),
  }));
  return { said, state: { ...state, differs: await whatDiffers(auditor) } };
}

const entityOf = ({ country = "DE", tax_point }: DatedScenario["given"]) => ({
  ...entity(country),
  ...(tax_point && { taxPoint: tax_point }),
});

/** As the issued documents say it, in the order of their numbers. */
async function listTaxPoints(scope: Scope): Promise<string[]> {
  const rows = await query<{ id: InvoiceId }>(
    scope.tx,
    "select id from invoices where number is not null order by number_text",
  );
  const said: string[] = [];
  for (const { id: invoiceId } of rows) {
    const { number, taxPoint } = await findInvoice(scope, { invoiceId });
    said.push(`${number} ${taxPoint.rule} ${taxPoint.on ?? "unknown"}`);
  }
  return said;
}

const leftSql = `
  select i.number_text || ': ' || app.deposit_left(i.tenant_id, i.id) as left from invoices i
   where i.kind = 'deposit' and i.number is not null order by i.number_text`;

const withheldSql = `
  select number_text || ' ' || round(withheld_minor / 100.0, 2) || ' ' || withholding_of || ' ' || withholding_reference as said
    from invoices where withheld_minor > 0 order by number_text`;
const limitsSql = `
  select kind || ' ' || measure || ': ' || used || ' of ' || total as limit from limits where total is not null order by 1`;

const earlySql = `
  select concat(i.number_text, ' ', (t.tier ->> 'basisPoints')::int / 100, ' % by ', t.tier ->> 'until', ' is ',
                round((t.tier ->> 'amountMinor')::numeric / 100, 2)) as said
    from invoices i join invoice_snapshots s on s.invoice_id = i.id
   cross join jsonb_array_elements(s.snapshot::jsonb -> 'earlyPayment') with ordinality t (tier, position)
   order by i.number_text, t.position`;
const taxSql = `
  select tax_category || ' ' || tax_bp || ': ' || round(-sum(amount_minor) / 100, 2) as said from ledger_postings
   where account = 'tax_payable' group by tax_category, tax_bp order by 1`;

async function play(
  firm: Firm,
  step: Step,
  { index, clock }: { readonly index: number; readonly clock: { now: Date } },
): Promise<CreditNoteText | string> {
  if ("pay" in step) return pay(firm, step);
  if ("take_off" in step) return takeOff(firm);
  const coordinator = await firm.as("coordinator");
  const before = await idsOf(firm);
  const later = () => {
    if (step.issued_on !== undefined) clock.now = new Date(`${step.issued_on}T10:00:00Z`);
  };
  let period = monthPeriod("2026-10") as Period;
  let bill: Parameters<typeof closeMonth>[1]["bill"];
  if ("deposit" in step) {
    await ask(firm, step.deposit);
    later();
  }
  if ("credit" in step) await credit(firm, step);
  if ("bill" in step) {
    period = monthPeriod(step.bill) as Period;
    await takeWork(firm, step, `s${index}-`);
    const runner = await firm.as("billing-runner");
    bill = async (billingRunId) => {
      await runBilling(runner, { billingRunId });
      later();
    };
  }
  const closed = await closeMonth(await closersOf(firm), { period, ...(bill && { bill }) });
  const [refused] = Object.keys(closed.refused);
  if (refused !== undefined) return `not issued: ${refused}`;
  if (closed.issued !== 1) throw new Error(`one document is wanted: ${JSON.stringify(closed)}`);
  const [invoiceId] = (await idsOf(firm)).filter((id) => !before.includes(id));
  return textOf(await coordinator((scope) => findInvoice(scope, { invoiceId: invoiceId as InvoiceId })));
}

const idsOf = async (firm: Firm): Promise<InvoiceId[]> => {
  const rows = await (
    await firm.as("coordinator")
  )((scope) => query<{ id: InvoiceId }>(scope.tx, "select id from invoices order by id"));
  return rows.map(({ id }) => id);
};

async function pay(firm: Firm, { pay: text, on }: Extract<Step, { pay: string }>): Promise<string> {
  await (
    await firm.as("collector")
  )(async (scope) => {
    const [account] = await query<Pick<Parameters<typeof recordPayment>[1], "clientId" | "legalEntityId">>(
      scope.tx,
      'select payer_id as "clientId", legal_entity_id as "legalEntityId" from engagements',
    );
    if (account === undefined) throw new Error("nobody could pay");
    const amount = parseDecimal(text, "EUR") as Money;
    await recordPayment(scope, {
      ...account,
      amount,
      receivedOn: on as LocalDate,
      reference: "bank",
      to: "oldest_first",
    });
  });
  return "received";
}

async function takeOff(firm: Firm): Promise<string> {
  await (
    await firm.as("collector")
  )(async (scope) => {
    const [last] = await query<Pick<Parameters<typeof unapplyPayment>[1], "applicationId" | "paymentId">>(
      scope.tx,
      'select id as "applicationId", payment_id as "paymentId" from payment_applications order by id desc limit 1',
    );
    if (last === undefined) throw new Error("nothing was paid");
    await unapplyPayment(scope, { ...last, reason: "wrong" });
  });
  return "taken off";
}

async function ask(firm: Firm, text: string): Promise<void> {
  const [, share] = /^([\d.]+) %$/.exec(text) ?? [];
  await (
    await firm.as("coordinator")
  )(async (scope) => {
    const [engagement] = await query<{ id: EngagementId }>(scope.tx, "select id from engagements");
    await createDeposit(scope, {
      engagementId: (engagement as { id: EngagementId }).id,
      ask:
        share === undefined
          ? { amount: parseDecimal(text, "EUR") as Money }
          : { basisPoints: Math.round(Number(share) * 100) },
    });
  });
}

async function credit(firm: Firm, step: Extract<Step, { credit: string }>): Promise<void> {
  const treatment: Treatment = step.amount === undefined ? "rebillable" : "concession";
  await (
    await firm.as("coordinator")
  )(async (scope) => {
    const [invoice] = await query<{ id: InvoiceId }>(scope.tx, "select id from invoices where number_text = ?", [
      step.credit,
    ]);
    const lines = step.lines?.map((position) => ({
      position,
      treatment,
      ...(step.amount !== undefined && { amount: parseDecimal(step.amount, "EUR") as Money }),
    }));
    await createCreditNote(scope, {
      invoiceId: (invoice as { id: InvoiceId }).id,
      lines: lines ?? treatment,
      code: "not_agreed",
      reason: "Called off",
    });
  });
}

function toRefusal(error: unknown): string {
  if (error instanceof Problem) return error.detail ?? error.kind;
  throw error;
}
