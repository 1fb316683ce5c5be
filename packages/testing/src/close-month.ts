import type { Period } from "@plumbline/domain/calendar/period";
import type { BillingRunId } from "@plumbline/domain/id";
import type { InvoiceStage } from "@plumbline/domain/invoice/lifecycle";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { approveAsFinance, approveAsManager } from "@plumbline/operations/invoices/approve-invoices";
import { type Invoice, listInvoicesAt } from "@plumbline/operations/invoices/invoice-store";
import { issueBatchMax, issueInvoices } from "@plumbline/operations/invoices/issue-invoices";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import type { InScope, Scope } from "@plumbline/platform/scope";
import type { Firm } from "./firm.ts";

/** The people a month end needs: three, because duties are separated. */
export type Closers = { readonly coordinator: InScope; readonly manager: InScope; readonly finance: InScope };

/** Those of a test firm. */
export const closersOf = async (firm: Firm): Promise<Closers> => ({
  coordinator: await firm.as("coordinator"),
  manager: await firm.as("manager"),
  finance: await firm.as("finance"),
});

export type MonthClose = {
  readonly drafted: number;
  readonly submitted: number;
  readonly managerApproved: number;
  readonly financeApproved: number;
  readonly issued: number;
  /** Invoices that stay behind, by the kind of the refusal. */
  readonly refused: Readonly<Record<string, number>>;
  readonly ms: Readonly<Record<"bill" | "submit" | "approve" | "issue", number>>;
};

/**
 * Plays a firm's people through one month end: bill, submit, approve twice, issue. What policy blocks stays behind, and
 * what an earlier month end left half-way is taken up.
 *
 * @param bill executes the queued run: in this process, or by waiting for the worker. Without it the month is billed already
 * @param mayMove leaves other invoices where they are; every invoice may move without it
 */
export async function closeMonth(
  { coordinator, manager, finance }: Closers,
  input: {
    readonly period: Period;
    readonly bill?: (id: BillingRunId) => Promise<void>;
    readonly mayMove?: (invoice: Invoice) => boolean;
  },
): Promise<MonthClose> {
  const { mayMove = () => true } = input;
  const list = (inScope: InScope, stage: InvoiceStage) =>
    inScope(async (scope) => (await listInvoicesAt(scope.tx, stage)).filter(mayMove));
  const refused: Record<string, number> = {};
  const count = ({ moved, refused: against }: Awaited<ReturnType<typeof submitInvoices>>): number => {
    for (const { problem } of against) refused[problem.kind] = (refused[problem.kind] ?? 0) + 1;
    return moved.length;
  };
  const began = performance.now();
  if (input.bill !== undefined) await input.bill(await coordinator((scope) => startBillingRun(scope, input)));
  const billed = performance.now();

  const drafts = await list(coordinator, "draft");
  const submitted = await inBatches(coordinator, drafts, async (scope, invoices) =>
    count(await submitInvoices(scope, { invoiceIds: invoices.map(({ id: invoiceId }) => invoiceId) })),
  );
  const handedOver = performance.now();

  const managerApproved = await inBatches(manager, await list(manager, "validation_pending"), async (scope, invoices) =>
    count(await approveAsManager(scope, { approvals: asSeen(invoices) })),
  );
  const financeApproved = await inBatches(finance, await list(finance, "manager_approved"), async (scope, invoices) =>
    count(await approveAsFinance(scope, { approvals: asSeen(invoices) })),
  );
  const approved = performance.now();

  const issued = await inBatches(finance, await list(finance, "finance_approved"), async (scope, invoices) =>
    count(await issueInvoices(scope, { invoiceIds: invoices.map(({ id: invoiceId }) => invoiceId) })),
  );
  const ended = performance.now();
  return {
    drafted: drafts.length,
    submitted,
    managerApproved,
    financeApproved,
    issued,
    refused,
    ms: {
      bill: Math.round(billed - began),
      submit: Math.round(handedOver - billed),
      approve: Math.round(approved - handedOver),
      issue: Math.round(ended - approved),
    },
  };
}

const asSeen = (invoices: readonly Invoice[]) =>
  invoices.map(({ id, contentHash }) => ({ invoiceId: id, contentHash }));

/** Works through invoices, a batch to a transaction. */
async function inBatches(
  inScope: InScope,
  invoices: readonly Invoice[],
  work: (scope: Scope, invoices: readonly Invoice[]) => Promise<number>,
): Promise<number> {
  let done = 0;
  for (let at = 0; at < invoices.length; at += issueBatchMax) {
    const batch = invoices.slice(at, at + issueBatchMax);
    done += await inScope((scope) => work(scope, batch));
  }
  return done;
}
