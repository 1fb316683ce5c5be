import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { decideDunning, type Dunning } from "@plumbline/domain/receivable/decide-dunning";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { lockClients } from "../payments/lock-clients.ts";
import { type CollectingInput, collectingDays } from "./collecting-days.ts";
import { type LateAccount, readLateAccounts } from "./late-accounts.ts";

type Notice = {
  readonly id: Id<"dunning-notice">;
  readonly feeEntryId: Id<"ledger-entry">;
  readonly account: LateAccount;
  readonly on: LocalDate;
  readonly dunning: Dunning;
};

/**
 * Asks clients for what is late: one notice for each client, legal entity and currency whose invoices reach a level of the
 * ladder that they were not asked at. Its fee is owed beside the invoice that is due longest. A second run of a day finds
 * nothing more to ask.
 *
 * @param input.on the day of the notices. Only what was booked by then counts
 * @throws Problem `permission-missing` | `legal-entity-not-found` | `booking-date-refused`
 */
export async function runDunning(
  scope: Scope,
  input: CollectingInput,
): Promise<{ readonly noticeIds: readonly Id<"dunning-notice">[]; readonly invoices: number }> {
  demand(scope, "dunning.run");
  const days = await collectingDays(scope, input);
  await scope.audit([...days.keys()].map((subjectId) => ({ action: "dunning.run", subjectId })));
  const late = noticesOf(scope, days, await readLateAccounts(scope, days));
  const clientIds = [...new Set(late.map(({ account }) => account.clientId))];
  if (clientIds.length === 0) return { noticeIds: [], invoices: 0 };
  await lockClients(scope, clientIds);
  // Decided once more: somebody may have paid, or asked, before the clients were locked.
  const notices = noticesOf(scope, days, await readLateAccounts(scope, days, clientIds));
  await saveNotices(scope, notices);
  return {
    noticeIds: notices.map(({ id }) => id),
    invoices: notices.reduce((sum, { dunning }) => sum + dunning.items.length, 0),
  };
}

function noticesOf(
  scope: Scope,
  days: ReadonlyMap<LegalEntityId, LocalDate>,
  accounts: readonly LateAccount[],
): Notice[] {
  return accounts.flatMap((account) => {
    const on = days.get(account.legalEntityId);
    const terms = account.terms.dunning;
    if (on === undefined || terms === undefined) return [];
    const dunning = decideDunning({ ...account, terms }, on);
    if (dunning === undefined) return [];
    return [{ id: scope.newId<"dunning-notice">(), feeEntryId: scope.newId<"ledger-entry">(), account, on, dunning }];
  });
}

async function saveNotices(scope: Scope, notices: readonly Notice[]): Promise<void> {
  await bookFees(
    scope,
    notices.filter(({ dunning }) => dunning.fee > 0n),
  );
  await insertRows(scope.tx, "dunning_notices", notices, {
    id: ["uuid", ({ id }) => id],
    legal_entity_id: ["uuid", ({ account }) => account.legalEntityId],
    client_id: ["uuid", ({ account }) => account.clientId],
    currency: ["text", ({ account }) => account.currency],
    dunned_on: ["date", ({ on }) => on],
    level: ["int", ({ dunning }) => dunning.level],
    text_key: ["text", ({ dunning }) => dunning.textKey],
    language: ["text", languageOf],
    total_minor: ["bigint", ({ dunning }) => dunning.total],
    fee_minor: ["bigint", ({ dunning }) => dunning.fee],
    fee_entry_id: ["uuid", ({ dunning, feeEntryId }) => (dunning.fee > 0n ? feeEntryId : undefined)],
  });
  const items = notices.flatMap(({ id, dunning }) => dunning.items.map((item) => ({ ...item, noticeId: id })));
  await insertRows(scope.tx, "dunning_items", items, {
    id: ["uuid", () => scope.newId()],
    notice_id: ["uuid", ({ noticeId }) => noticeId],
    invoice_id: ["uuid", ({ invoiceId }) => invoiceId],
    level: ["int", ({ level }) => level],
    open_minor: ["bigint", ({ minor }) => minor],
    days_past_due: ["int", ({ daysPastDue }) => daysPastDue],
  });
  await scope.emit(
    notices.map(({ id, dunning: { level, items: of } }) => ({
      name: "dunning_notice.recorded",
      subjectId: id,
      data: { level, invoiceIds: of.map(({ invoiceId }) => invoiceId) },
    })),
  );
  await scope.audit(notices.map(({ id }) => ({ action: "dunning_notice.recorded", subjectId: id })));
}

async function bookFees(scope: Scope, notices: readonly Notice[]): Promise<void> {
  await bookEntries(
    scope,
    notices.map(({ feeEntryId, account, on, dunning }) => ({
      id: feeEntryId,
      fact: "late_charged",
      legalEntityId: account.legalEntityId,
      clientId: account.clientId,
      currency: account.currency,
      bookedOn: on,
      invoiceId: leadOf(dunning).invoiceId,
      reason: `Fee of the notice of ${on} at level ${dunning.level}`,
      postings: bookings.late_charged({ amount: dunning.fee }),
    })),
  );
}

/** The invoice that stands for the notice: the one due first of those at its level. */
function leadOf({ items, level }: Dunning): Dunning["items"][number] {
  const lead = items.find((item) => item.level === level);
  if (lead === undefined) throw new Error(`a notice at level ${level} has no invoice there`);
  return lead;
}

const languageOf = ({ account, dunning }: Notice): string | undefined =>
  account.invoices.find(({ invoiceId }) => invoiceId === leadOf(dunning).invoiceId)?.language;
