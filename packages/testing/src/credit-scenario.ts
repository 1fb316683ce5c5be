import type { InvoiceWire } from "@plumbline/contract/invoice";
import type { CorrectionCode, Treatment } from "@plumbline/domain/credit/correction";
import type { CreditAsk } from "@plumbline/domain/credit/credit-lines";
import type { InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { parseDecimal } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { closeMonth, closersOf } from "./close-month.ts";
import type { Firm } from "./firm.ts";
import { whatDiffers } from "./what-differs.ts";
import { query } from "@plumbline/platform/sql";
import { findInvoice } from "@plumbline/operations/invoices/find-invoice";
import { listLedgerBalances } from "@plumbline/operations/ledger/list-ledger-balances";
import { listLedgerFaults } from "@plumbline/operations/ledger/list-ledger-faults";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { writeOffInvoice } from "@plumbline/operations/payments/write-off-invoice";
import { conserveMinutes } from "@plumbline/operations/work/conserve-minutes";
import { createCreditNote } from "@plumbline/operations/credits/create-credit-note";
import { billedScenario, type Given, periodOf } from "./credit-scenario-firm.ts";

/** A credit as a person would write it: what is taken back, and what the credit note then says, or why not. */
type Step =
  | {
      readonly credit: Treatment | readonly string[];
      readonly code?: CorrectionCode;
      readonly gives: CreditNoteText | string;
    }
  | { readonly pay: string }
  | { readonly write_off: string };

export type CreditNoteText = {
  readonly lines: readonly string[];
  readonly tax: readonly string[];
  readonly total: string;
};

export type Scenario = {
  readonly title: string;
  readonly rule: string;
  readonly given: Given;
  readonly do: readonly Step[];
  readonly expect: Readonly<Record<string, unknown>>;
};

export type Played = { readonly steps: readonly (CreditNoteText | string)[]; readonly state: Record<string, unknown> };

/** Bills and issues one invoice, does what the scenario says to it, and tells how things stand. */
export async function playScenario(pool: Parameters<typeof billedScenario>[0], scenario: Scenario): Promise<Played> {
  const { firm, invoiceId } = await billedScenario(pool, scenario.given);
  const steps: (CreditNoteText | string)[] = [];
  for (const step of scenario.do) {
    if ("credit" in step) steps.push(await credit(firm, { invoiceId, step, given: scenario.given }));
    else await settle(firm, invoiceId, step);
  }
  const state = await stateOf(firm, invoiceId, Object.keys(scenario.expect));
  return { steps, state: { ...state, differs: await whatDiffers(await firm.as("auditor")) } };
}

async function credit(
  firm: Firm,
  input: {
    readonly invoiceId: InvoiceId;
    readonly step: Extract<Step, { credit: unknown }>;
    readonly given: Given;
  },
): Promise<CreditNoteText | string> {
  const { invoiceId, step, given } = input;
  const coordinator = await firm.as("coordinator");
  const lines = typeof step.credit === "string" ? step.credit : step.credit.map(askOf);
  try {
    const { id } = await coordinator((scope) =>
      createCreditNote(scope, { invoiceId, lines, code: step.code ?? "wrong_quantity", reason: "As agreed" }),
    );
    const closed = await closeMonth(await closersOf(firm), { period: periodOf(given) });
    if (closed.issued !== 1) throw new Error(`not issued: ${JSON.stringify(closed.refused)}`);
    return textOf(await coordinator((scope) => findInvoice(scope, { invoiceId: id })));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.detail ?? error.kind;
  }
}

/** `1 60 minute rebillable`, `1 50.00 EUR concession` or `1 whole concession`: the line, how much, what becomes of the work. */
function askOf(text: string): CreditAsk {
  const [position, much, unit] = text.split(" ");
  const treatment = text.split(" ").at(-1) as Treatment;
  const line = { position: Number(position), treatment };
  if (much === "whole") return line;
  const amount = /^[A-Z]{3}$/.test(unit ?? "") ? parseDecimal(much ?? "", unit as Currency) : undefined;
  return amount === undefined ? { ...line, quantity: much } : { ...line, amount };
}

async function settle(firm: Firm, invoiceId: InvoiceId, step: Exclude<Step, { credit: unknown }>): Promise<void> {
  const [invoice] = await (
    await firm.as("collector")
  )((scope) =>
    query<{ clientId: never; legalEntityId: never; currency: Currency }>(
      scope.tx,
      'select payer_id as "clientId", legal_entity_id as "legalEntityId", currency from invoices where id = ?',
      [invoiceId],
    ),
  );
  const { currency, ...account } = invoice as NonNullable<typeof invoice>;
  const money = (text: string) => parseDecimal(text, currency) as Money;
  if ("pay" in step) {
    await (
      await firm.as("collector")
    )((scope) =>
      recordPayment(scope, {
        ...account,
        amount: money(step.pay),
        receivedOn: scope.now.toISOString().slice(0, 10) as never,
        reference: "bank",
        to: "oldest_first",
      }),
    );
  } else {
    await (
      await firm.as("controller")
    )((scope) => writeOffInvoice(scope, { invoiceId, amount: money(step.write_off), reason: "Gone" }));
  }
}

/** What an invoice says, as scenarios write it. */
export const textOf = ({ lines, taxes, total }: InvoiceWire): CreditNoteText => ({
  lines: lines.map(
    ({ description, quantity, unit, price, net, retained }) =>
      `${description}: ${quantity} ${unit} at ${price.amount} = ${net.amount}${retained ? `, ${retained.amount} retained` : ""}`,
  ),
  tax: taxes.map(
    ({ category, basisPoints, base, tax }) => `${category} ${basisPoints / 100} % of ${base.amount} = ${tax.amount}`,
  ),
  total: total.amount,
});

/** How things stand, of what the scenario asks. The ledger must be without fault whatever it asks. */
async function stateOf(firm: Firm, invoiceId: InvoiceId, asked: readonly string[]): Promise<Record<string, unknown>> {
  const auditor = await firm.as("controller");
  return auditor(async (scope) => {
    const balances = new Map(
      (await listLedgerBalances(scope, {})).map(({ account, side, balance }) => [account, `${side} ${balance.amount}`]),
    );
    const minutes = Object.entries(await conserveMinutes(scope)).filter(([, count]) => count > 0);
    const limits = await query<{ text: string }>(
      scope.tx,
      "select kind || ' ' || measure || ': ' || used || ' of ' || total as text from limits where total is not null order by 1",
    );
    const invoice = await findInvoice(scope, { invoiceId });
    const all: Record<string, unknown> = {
      faults: await listLedgerFaults(scope),
      minutes: Object.fromEntries(minutes),
      limits: limits.map(({ text }) => text),
      accounts: Object.fromEntries(balances),
      left: invoice.lines.map(
        ({ position, left }) => `${position}: ${left?.quantity ?? "all"}, ${left?.net.amount ?? "all"}`,
      ),
      numbers: invoice.creditNotes?.map(({ number }) => number) ?? [],
    };
    return Object.fromEntries(["faults", ...asked].map((name) => [name, all[name]]));
  });
}
