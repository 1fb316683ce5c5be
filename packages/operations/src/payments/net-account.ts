import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, InvoiceId } from "@plumbline/domain/id";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { AllocationIssue } from "@plumbline/domain/receivable/allocate-payment";
import { type Credit, netCredits } from "@plumbline/domain/receivable/net-credits";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { applicationRefusal, type ApplyTo } from "./apply-payment.ts";
import { lockClient } from "./lock-clients.ts";
import { type Account, bookingDate, listOpenInvoices, listUnapplied, type Owing } from "./payment-store.ts";
import { releaseCreditNotes } from "./release-credit-notes.ts";
import { type Part, saveApplications } from "./save-applications.ts";

type Input = Account & {
  /** All of the account when both are absent; else these alone. */
  readonly creditNoteIds?: readonly InvoiceId[] | undefined;
  readonly paymentIds?: readonly Id<"payment">[] | undefined;
  readonly to: ApplyTo;
  readonly on?: LocalDate | undefined;
};

export type Netted = { readonly parts: readonly Part[]; readonly left: Money };

/**
 * Holds what a client has to its credit against what it owes: money no invoice took, and what credit notes give. Credit
 * notes are used first, then the oldest money. What no invoice takes stays the client's credit balance, which can be netted
 * later or paid back.
 *
 * @param input.on the day it is booked; today when absent
 * @throws Problem `permission-missing` | `client-not-found` | `legal-entity-not-found` | `invoice-not-found` |
 *   `payment-not-found` | `netting-refused` | `application-refused` with every fault | `booking-date-refused`
 */
export async function netAccount(scope: Scope, input: Input): Promise<Netted> {
  demand(scope, "payment.record");
  await lockClient(scope, input.clientId);
  const on = await bookingDate(scope, input.legalEntityId, input.on);
  const all = input.creditNoteIds === undefined && input.paymentIds === undefined;
  await refuseUnknown(scope, input);
  const open = await listOpenInvoices(scope, input);
  const notOpen = notOpenOf(input.to, open);
  if (notOpen.length > 0) throw applicationRefusal(notOpen);
  const released = await releaseCreditNotes(scope, input, {
    invoiceIds: all ? "all" : (input.creditNoteIds ?? []),
    on,
  });
  const credits = await creditsOf(scope, input, all ? "all" : [...released, ...(input.paymentIds ?? [])]);
  const { parts, left, issues } = netCredits(credits, open, input.to);
  if (issues.length > 0) throw applicationRefusal(issues);
  if (parts.length === 0 && released.length === 0)
    throw new Problem("netting-refused", { detail: "The client owes nothing that its credit could be held against." });
  const netted = parts.map(({ creditId, ...part }) => ({ ...part, paymentId: creditId }));
  if (netted.length > 0) await saveApplications(scope, input, { parts: netted, open, on });
  return { parts: netted, left };
}

/** What is wrong with it whatever credit there is. */
const notOpenOf = (to: ApplyTo, open: readonly Owing[]): AllocationIssue[] =>
  to === "oldest_first"
    ? []
    : to
        .filter(({ invoiceId }) => !open.some((invoice) => invoice.invoiceId === invoiceId))
        .map(({ invoiceId }) => ({ invoiceId, code: "not_open" }));

/** At least one credit, and each that was named. */
async function creditsOf(
  scope: Scope,
  account: Account,
  wanted: "all" | readonly Id<"payment">[],
): Promise<[Credit<Id<"payment">>, ...Credit<Id<"payment">>[]]> {
  const unapplied = await listUnapplied(scope, account);
  const [first, ...others] =
    wanted === "all" ? unapplied : unapplied.filter(({ creditId }) => wanted.includes(creditId));
  const missing =
    wanted === "all" ? undefined : wanted.find((id) => !unapplied.some(({ creditId }) => creditId === id));
  if (first === undefined || missing !== undefined) {
    const what = missing === undefined ? "The client has no credit" : `Nothing is left of payment ${missing}`;
    throw new Problem("netting-refused", { detail: `${what} in this legal entity and currency.` });
  }
  return [first, ...others];
}

async function refuseUnknown({ tx }: Scope, { creditNoteIds = [], paymentIds = [] }: Input): Promise<void> {
  const known = await query<{ id: string }>(
    tx,
    "select id from payments where id = any(?) union all select id from invoices where id = any(?) and number is not null",
    [paymentIds, creditNoteIds],
  );
  const ids = new Set(known.map(({ id }) => id));
  if (paymentIds.some((id) => !ids.has(id))) throw new Problem("payment-not-found");
  if (creditNoteIds.some((id) => !ids.has(id))) throw new Problem("invoice-not-found");
}
