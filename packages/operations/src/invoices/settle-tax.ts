import type { ClientId, InvoiceId } from "@plumbline/domain/id";
import { moves } from "@plumbline/domain/invoice/lifecycle";
import { isSettled } from "@plumbline/domain/tax/decide-tax";
import { treatmentOf } from "@plumbline/domain/tax/treatment";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { loadRunBook } from "../drafts/load-run-book.ts";
import { loadBundle } from "../policies/policy-bundles.ts";
import { listInvoicesOf } from "./invoice-store.ts";
import { refuseRevision } from "./move-checks.ts";
import { reviseInvoice } from "./revise-invoices.ts";
import { type Contents, loadContents, validateInvoices } from "./validate-invoices.ts";
import { engagementFor } from "../splits/divide-charges.ts";

/**
 * Brings what waits for one payer's tax to what is known now: an invoice whose settled treatment differs from what it
 * says is drafted anew, with the tax it bears; the others are judged again. Drafts that were not handed over yet are
 * looked at when they are.
 *
 * @throws Problem `permission-missing` | `revision-refused`
 */
export async function settleTax(
  scope: Scope,
  input: { readonly payerId: ClientId; readonly reason: string },
): Promise<{ readonly revised: readonly InvoiceId[] }> {
  demand(scope, moves.revise.needs);
  const waiting = await listInvoicesOf(scope.tx, { payerId: input.payerId, stages: moves.revise.from });
  // What is not drafted from work is not drafted anew.
  const invoices = waiting.filter((invoice) => refuseRevision(invoice) === undefined);
  if (invoices.length === 0) return { revised: [] };
  return settle(scope, { ids: invoices.map(({ id }) => id), reason: input.reason });
}

/** The same for invoices that were just handed over: their tax may have been settled while they were drafts. */
export async function settleTaxOfSubmitted(scope: Scope, ids: readonly InvoiceId[]): Promise<void> {
  const waiting = await query<{ id: InvoiceId }>(
    scope.tx,
    `select distinct invoice_id as id from exceptions
      where invoice_id = any(?) and state = 'open' and code = 'tax-not-settled'`,
    [ids],
  );
  if (waiting.length === 0) return;
  const reason = "The tax treatment was settled while it was a draft.";
  await settle(scope, { ids: waiting.map(({ id }) => id), reason });
}

async function settle(scope: Scope, { ids, reason }: { ids: readonly InvoiceId[]; reason: string }) {
  const contents = await loadContents(scope, ids);
  const outdated = await listOutdated(scope, contents);
  // Each is drafted anew by itself. They are few: those that waited for this one answer.
  for (const invoiceId of outdated) await reviseInvoice(scope, { invoiceId, reason });
  await validateInvoices(scope, { invoiceIds: ids.filter((id) => !outdated.includes(id)) });
  return { revised: outdated };
}

/** Those whose engagements are all settled today, and otherwise than they say. */
async function listOutdated(scope: Scope, contents: readonly Contents[]): Promise<InvoiceId[]> {
  const outdated: InvoiceId[] = [];
  const periods = Map.groupBy(
    contents.filter(({ asAgent }) => !asAgent),
    ({ periodStart, periodEnd, bundleHash }) => `${periodStart}|${periodEnd}|${bundleHash}`,
  );
  for (const group of periods.values()) {
    const [{ periodStart: start, periodEnd: end, bundleHash }] = group as [Contents];
    const bundle = await loadBundle(scope.tx, bundleHash);
    const book = await loadRunBook(scope.tx, { period: { start, end }, bundle, issued: { at: scope.now } });
    for (const { id, engagementIds, payerId, treatment } of group) {
      const now = engagementIds.flatMap((engagement) => engagementFor(book, engagement, payerId)?.tax ?? []);
      const differs = now.some((tax) => treatmentOf(tax) !== treatment);
      if (differs && now.every(isSettled)) outdated.push(id);
    }
  }
  return outdated;
}
