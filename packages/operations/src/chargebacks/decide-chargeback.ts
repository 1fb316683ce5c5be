import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, InvoiceId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { takeBack } from "@plumbline/domain/receivable/take-back";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { withdrawShortPaid } from "../disputes/short-paid.ts";
import { bookEntries, type LedgerEntry } from "../ledger/book-entries.ts";
import { bookingDate } from "../ledger/booking-date.ts";
import { type Applied, type Paid, undoing } from "../payments/load-paid.ts";
import { laterOf, saveParts } from "../payments/save-applications.ts";
import { lockChargeback, type Undecided } from "./chargeback-store.ts";

type Input = {
  readonly chargebackId: Id<"chargeback">;
  /** Lost money is owed again by the client, or given up at once. */
  readonly outcome: "won" | "lost" | "lost_and_written_off";
  readonly decidedOn?: LocalDate | undefined;
  readonly reason: string;
};

/** What happens to the money, and when. */
type Decided = { readonly chargeback: Undecided; readonly paid: Paid; readonly on: LocalDate; readonly reason: string };

/**
 * Says how a chargeback ended. Won: the money comes again. Lost: the client never paid it, so that what invoices took of it
 * is undone, the last first, and they are owed again; or that is written off, for those who may.
 *
 * @throws Problem `permission-missing` | `chargeback-not-found` | `chargeback-decided` | `chargeback-refused` |
 *   `booking-date-refused`
 */
export async function decideChargeback(scope: Scope, input: Input): Promise<void> {
  demand(scope, "chargeback.decide");
  if (input.outcome === "lost_and_written_off") demand(scope, "receivable.write_off");
  const { chargeback, paid } = await lockChargeback(scope, input.chargebackId);
  const on = await bookingDate(scope, paid.legalEntityId, input.decidedOn);
  if (on < chargeback.openedOn)
    throw new Problem("chargeback-refused", { detail: `It was opened on ${chargeback.openedOn}, after ${on}.` });
  const { reason } = input;
  const state = input.outcome === "won" ? "won" : "lost";
  await query(scope.tx, "update chargebacks set state = ?, decided_on = ?, decision_reason = ? where id = ?", [
    state,
    on,
    reason,
    chargeback.id,
  ]);
  const decided = { chargeback, paid, on, reason };
  const told = { paymentId: paid.id, reason };
  if (state === "won") {
    const postings = bookings.chargeback_won({ amount: chargeback.minor });
    await bookEntries(scope, [entryAbout(scope, decided, { fact: "chargeback_won", postings })]);
    await scope.emit([{ name: "chargeback.won", subjectId: chargeback.id, data: told }]);
  } else {
    const invoiceIds = await lose(scope, decided, input.outcome);
    await scope.emit([{ name: "chargeback.lost", subjectId: chargeback.id, data: { ...told, invoiceIds } }]);
  }
  await scope.audit([{ action: `chargeback.${state}`, subjectId: chargeback.id, reason }]);
}

/** @returns the invoices that were paid with it */
async function lose(scope: Scope, decided: Decided, outcome: Input["outcome"]): Promise<InvoiceId[]> {
  const { chargeback, paid, on, reason } = decided;
  const { undone, again } = takeBack(chargeback.minor, paid);
  await bookEntries(
    scope,
    undone.map((application) => undoing(scope, paid, { application, on, reason })),
  );
  await withdrawShortPaid(
    scope,
    undone.map(({ entryId }) => ({ entryId, reason })),
  );
  if (again !== undefined) {
    const { application, minor } = again;
    const part = { paymentId: paid.id, invoiceId: application.invoiceId, amount: money(minor, paid.currency) };
    await saveParts(scope, [{ ...part, account: paid, on: laterOf(on, application.bookedOn) }]);
  }
  const postings = bookings.chargeback_lost({ amount: chargeback.minor, held: paid.held });
  await bookEntries(scope, [entryAbout(scope, decided, { fact: "chargeback_lost", postings })]);
  if (outcome === "lost_and_written_off") await writeOff(scope, decided, { undone, again: again?.minor ?? 0n });
  return [...new Set(undone.map(({ invoiceId }) => invoiceId))];
}

/** Gives up what invoices owe again because of it: residuals that settled with it included. */
async function writeOff(
  scope: Scope,
  decided: Decided,
  { undone, again }: { readonly undone: readonly Applied[]; readonly again: bigint },
): Promise<void> {
  const owed = undone.map(({ invoiceId, bookedOn, postings }, index) => {
    const settled = postings.find(({ account }) => account === "receivable")?.minor ?? 0n;
    // What the last one took again is not owed.
    return { invoiceId, bookedOn, amount: -settled - (index === undone.length - 1 ? again : 0n) };
  });
  const given = owed.filter(({ amount }) => amount > 0n);
  const { paid, on, reason } = decided;
  await bookEntries(
    scope,
    given.map(({ invoiceId, bookedOn, amount }) => ({
      id: scope.newId<"ledger-entry">(),
      fact: "debt_written_off" as const,
      clientId: paid.clientId,
      legalEntityId: paid.legalEntityId,
      currency: paid.currency,
      bookedOn: laterOf(on, bookedOn),
      invoiceId,
      reason,
      postings: bookings.debt_written_off({ amount }),
    })),
  );
  const invoiceIds = [...new Set(given.map(({ invoiceId }) => invoiceId))];
  await scope.emit(
    invoiceIds.map((subjectId) => ({ name: "invoice.written_off" as const, subjectId, data: { reason } })),
  );
  await scope.audit(invoiceIds.map((subjectId) => ({ action: "invoice.written_off", subjectId, reason })));
}

const entryAbout = (
  scope: Scope,
  { chargeback, paid, on, reason }: Decided,
  more: Pick<LedgerEntry, "fact" | "postings">,
): LedgerEntry => ({
  id: scope.newId<"ledger-entry">(),
  clientId: paid.clientId,
  legalEntityId: paid.legalEntityId,
  currency: paid.currency,
  paymentId: paid.id,
  bookedOn: on,
  reason: `${chargeback.caseReference}: ${reason}`,
  ...more,
});
