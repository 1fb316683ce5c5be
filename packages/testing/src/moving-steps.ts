import type { ImportKind } from "@plumbline/contract/import-row";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { ClientId, EngagementId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { parseDecimal, toDecimal } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";
import { importBankStatements } from "@plumbline/operations/bank-statements/import-bank-statements";
import { findBankStatements } from "@plumbline/operations/bank-statements/list-bank-statements";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { closeMonth as closeBooks } from "@plumbline/operations/closing/close-month";
import { findChecklist } from "@plumbline/operations/closing/find-checklist";
import { agreeCollectingTerms } from "@plumbline/operations/collecting/agree-collecting-terms";
import { claimInterest } from "@plumbline/operations/collecting/claim-interest";
import { listInterestClaims } from "@plumbline/operations/collecting/list-interest-claims";
import { recordPromise } from "@plumbline/operations/collecting/record-promise";
import { runDunning } from "@plumbline/operations/collecting/run-dunning";
import { createCreditNote } from "@plumbline/operations/credits/create-credit-note";
import { netAccount } from "@plumbline/operations/payments/net-account";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { writeOffInvoice } from "@plumbline/operations/payments/write-off-invoice";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { camt, entry } from "./camt.ts";
import { closeMonth, closersOf } from "./close-month.ts";
import { type Given, takeWork } from "./credit-scenario-firm.ts";
import { type Firm } from "./firm.ts";

export type Row = Readonly<Record<string, string>>;

/** Something that is done on a day, and what comes of it. */
export type Step = { readonly on: string; readonly gives: string | readonly string[] } & (
  | { readonly take: ImportKind; readonly rows: readonly Row[] }
  | { readonly pay: string; readonly engagement?: string; readonly to?: string }
  | { readonly bank: string; readonly text: string }
  | { readonly bill: string; readonly work?: readonly string[]; readonly milestones?: NonNullable<Given["milestones"]> }
  | { readonly net: "all" }
  | { readonly close: string }
  | { readonly remind: "all" }
  | { readonly claim: "interest" }
  | { readonly promise: string; readonly until: string }
  | { readonly credit: string }
  | { readonly write_off: string }
);

type Account = {
  readonly clientId: ClientId;
  readonly legalEntityId: LegalEntityId;
  readonly engagementId: EngagementId;
};

export async function accountOf({ tx }: Scope): Promise<Account> {
  const [account] = await query<Account>(
    tx,
    'select payer_id as "clientId", legal_entity_id as "legalEntityId", id as "engagementId" from engagements order by id',
  );
  return account as Account;
}

const eur = (text: string) => parseDecimal(text, "EUR") as Money;

async function idOf({ tx }: Scope, number: string): Promise<InvoiceId> {
  const [invoice] = await query<{ id: InvoiceId }>(tx, "select id from invoices where number_text = ?", [number]);
  if (invoice === undefined) throw new Error(`there is no invoice ${number}`);
  return invoice.id;
}

export async function play(firm: Firm, step: Step, index: number): Promise<string | readonly string[]> {
  if ("take" in step) return take(firm, step);
  if ("bill" in step) return bill(firm, step, index);
  if ("close" in step) return close(firm, step);
  const who = await firm.as("write_off" in step ? "controller" : "credit" in step ? "coordinator" : "collector");
  const on = step.on as LocalDate;
  return who(async (scope) => {
    if ("pay" in step) return pay(scope, step);
    if ("bank" in step) return bank(scope, step);
    if ("net" in step) return net(scope);
    if ("remind" in step) return remind(scope, on);
    if ("claim" in step) return interest(scope, on);
    if ("promise" in step) {
      const invoiceIds = [await idOf(scope, step.promise)];
      await recordPromise(scope, { invoiceIds, dueOn: step.until as LocalDate, said: "on the phone" });
      return "promised";
    }
    if ("credit" in step) {
      const invoiceId = await idOf(scope, step.credit);
      await createCreditNote(scope, { invoiceId, lines: "rebillable", code: "goodwill", reason: "asked" });
      return "credited";
    }
    await writeOffInvoice(scope, { invoiceId: await idOf(scope, step.write_off), reason: "insolvent" });
    return "written off";
  });
}

async function take(firm: Firm, { take: kind, rows }: Extract<Step, { take: ImportKind }>) {
  const { added, changed, unchanged, importId } = await firm.take(kind, rows);
  const bad = await (
    await firm.as("auditor")
  )(({ tx }) =>
    query<{ said: string }>(
      tx,
      `select (x ->> 'field') || ' ' || (x ->> 'reason') as said
         from quarantined_rows q cross join lateral jsonb_array_elements(q.issues) x where q.import_id = ? order by q.line, 1`,
      [importId],
    ),
  );
  const counts = Object.entries({ added, changed, unchanged }).filter(([, count]) => count > 0);
  return [...counts.map(([name, count]) => `${count} ${name}`), ...bad.map(({ said }) => said)];
}

async function bill(firm: Firm, step: Extract<Step, { bill: string }>, index: number): Promise<readonly string[]> {
  await takeWork(firm, step, `s${index}-`);
  const runner = await firm.as("billing-runner");
  const closed = await closeMonth(await closersOf(firm), {
    period: monthPeriod(step.bill) as Period,
    bill: async (billingRunId) => {
      await runBilling(runner, { billingRunId });
    },
  });
  const rows = await runner(({ tx }) =>
    query<{ said: string }>(
      tx,
      `select i.number_text || ': ' || l.description || ' ' || l.net_minor || '; ' || l.because as said
         from invoices i join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
        where i.number is not null and i.issued_on = ? order by i.number, l.position`,
      [step.on],
    ),
  );
  return [...Object.keys(closed.refused).map((kind) => `not issued: ${kind}`), ...rows.map(({ said }) => said)];
}

async function close(firm: Firm, { close: text }: Extract<Step, { close: string }>): Promise<readonly string[]> {
  return (await firm.as("controller"))(async (scope) => {
    const { legalEntityId } = await accountOf(scope);
    const asked = { legalEntityId, month: monthPeriod(text) as Period };
    const { tieOuts, items } = await findChecklist(scope, asked);
    await closeBooks(scope, asked);
    const ties = tieOuts.map(
      ({ kind, documents, ledger, agrees }) =>
        `${kind} ${documents.amount} = ${ledger.amount}${agrees ? "" : " differs"}`,
    );
    return ["closed", ...ties, ...items.map(({ item, count }) => `${item} ${count}`)];
  });
}

async function pay(scope: Scope, step: Extract<Step, { pay: string }>): Promise<string> {
  const { clientId, legalEntityId, engagementId } = await accountOf(scope);
  await recordPayment(scope, {
    clientId,
    legalEntityId,
    amount: eur(step.pay),
    receivedOn: step.on as LocalDate,
    reference: "bank",
    ...(step.engagement !== undefined && { engagementId }),
    ...(step.to !== undefined && { to: [{ invoiceId: await idOf(scope, step.to), amount: eur(step.pay) }] }),
  });
  return "received";
}

async function bank(scope: Scope, { bank: amount, text, on }: Extract<Step, { bank: string }>): Promise<string> {
  const said = { version: "08", opening: "0.00", closing: amount, on } as const;
  const bytes = Buffer.from(camt({ ...said, entries: [entry({ version: "08", amount, text, on })] }));
  const imported = await importBankStatements(scope, { bytes, fileHash: "a".repeat(64) });
  const [statement] = await findBankStatements(
    scope,
    imported.map(({ id }) => id),
  );
  return Object.entries(statement?.entries ?? {})
    .flatMap(([state, count]) => (count === 0 ? [] : `${count} ${state}`))
    .join(", ");
}

async function net(scope: Scope): Promise<string> {
  const { clientId, legalEntityId } = await accountOf(scope);
  const { parts } = await netAccount(scope, { clientId, legalEntityId, currency: "EUR", to: "oldest_first" });
  return parts.map(({ amount }) => toDecimal(amount)).join(", ");
}

async function remind(scope: Scope, on: LocalDate): Promise<string> {
  const { noticeIds, invoices } = await runDunning(scope, { on });
  return `${noticeIds.length} notice about ${invoices}`;
}

async function interest(scope: Scope, on: LocalDate): Promise<readonly string[]> {
  await claimInterest(scope, { on });
  const { items } = await listInterestClaims(scope, { limit: 10 });
  return items.map(({ invoice, from, until, total }) => `${invoice.number} ${from} to ${until}: ${total.amount}`);
}

const lateTerms = {
  dunning: { levels: [{ daysPastDue: 7, textKey: "friendly" }], minimumMinor: "1" },
  interest: { rate: { annualBasisPoints: 1_000 }, dayCount: "act/365", from: "day_after" },
} as const;

export async function agree(firm: Firm): Promise<void> {
  await (
    await firm.as("controller")
  )(async (scope) => {
    const { legalEntityId } = await accountOf(scope);
    const startsOn = "2026-01-01" as LocalDate;
    await agreeCollectingTerms(scope, { legalEntityId, currency: "EUR", startsOn, terms: lateTerms });
  });
}
