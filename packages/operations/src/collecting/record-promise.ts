import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { bookingDate } from "../ledger/booking-date.ts";
import { lockClients } from "../payments/lock-clients.ts";
import { nowIs, promiseFrom } from "./promise-rows.ts";

type Input = {
  readonly invoiceIds: readonly InvoiceId[];
  /** All that is open on the invoices when absent. */
  readonly amount?: Money | undefined;
  /** The last day on which the promise is kept. */
  readonly dueOn: LocalDate;
  /** Who promised, and how. */
  readonly said: string;
};

type Account = {
  readonly client_id: ClientId;
  readonly legal_entity_id: LegalEntityId;
  readonly currency: Currency;
  readonly invoices: number;
  readonly open: string;
};

/**
 * Keeps what a client promised to pay, and by when: until that day is over nobody reminds it of that much. Whether it was kept
 * is derived from the payments.
 *
 * @throws Problem `permission-missing` | `invoice-not-found` | `promise-refused`
 */
export async function recordPromise(scope: Scope, input: Input): Promise<Id<"promise">> {
  demand(scope, "promise.record");
  const invoiceIds = [...new Set(input.invoiceIds)];
  const owners = await query<{ client_id: ClientId }>(
    scope.tx,
    "select distinct payer_id as client_id from invoices where id = any(?) and issued_on is not null",
    [invoiceIds],
  );
  await lockClients(
    scope,
    owners.map((owner) => owner.client_id),
  );
  const account = await accountOf(scope, invoiceIds);
  const madeOn = await bookingDate(scope, account.legal_entity_id, undefined);
  const minor = promisedMinor(account, input.amount);
  if (input.dueOn < madeOn) throw refused(`${input.dueOn} is over: today is ${madeOn}.`);
  await refuseSecond(scope, invoiceIds);
  const id = scope.newId<"promise">();
  await insertRows(scope.tx, "promises", [account], {
    id: ["uuid", () => id],
    legal_entity_id: ["uuid", (of) => of.legal_entity_id],
    client_id: ["uuid", (of) => of.client_id],
    currency: ["text", (of) => of.currency],
    amount_minor: ["bigint", () => minor],
    made_on: ["date", () => madeOn],
    due_on: ["date", () => input.dueOn],
    said: ["text", () => input.said],
  });
  await insertRows(scope.tx, "promise_items", invoiceIds, {
    id: ["uuid", () => scope.newId()],
    promise_id: ["uuid", () => id],
    invoice_id: ["uuid", (invoiceId) => invoiceId],
  });
  await scope.emit([{ name: "promise.recorded", subjectId: id, data: { dueOn: input.dueOn } }]);
  await scope.audit([{ action: "promise.recorded", subjectId: id }]);
  return id;
}

/** Whose invoices they are, and what is open on them. */
async function accountOf({ tx }: Scope, invoiceIds: readonly InvoiceId[]): Promise<Account> {
  const accounts = await query<Account>(
    tx,
    `select i.payer_id as client_id, i.legal_entity_id, i.currency, count(*)::int as invoices, sum(s.open) as open
       from invoices i
      cross join lateral (
        select coalesce(sum(p.amount_minor), 0) as open
          from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = i.tenant_id and e.invoice_id = i.id and p.account = 'receivable') s
      where i.id = any(?) and i.issued_on is not null group by 1, 2, 3`,
    [invoiceIds],
  );
  const [account, ...others] = accounts;
  const found = accounts.reduce((sum, { invoices }) => sum + invoices, 0);
  if (account === undefined || found < invoiceIds.length) throw new Problem("invoice-not-found");
  if (others.length > 0) throw refused("The invoices are of several clients, legal entities or currencies.");
  return account;
}

function promisedMinor({ open, currency }: Account, amount: Money | undefined): bigint {
  const owed = BigInt(open);
  if (owed <= 0n) throw refused("Nothing is owed on these invoices.");
  if (amount === undefined) return owed;
  if (amount.currency !== currency || amount.minor > owed)
    throw refused(`Up to ${amountText(owed, currency)} is open on these invoices.`);
  return amount.minor;
}

async function refuseSecond({ tx, now }: Scope, invoiceIds: readonly InvoiceId[]): Promise<void> {
  const [open] = await query<{ due_on: LocalDate; number: string }>(
    tx,
    `${nowIs}
     select p.due_on, i.number_text as number
       from ${promiseFrom}
       join promise_items n on n.tenant_id = p.tenant_id and n.promise_id = p.id and n.invoice_id = any(?)
       join invoices i on i.tenant_id = n.tenant_id and i.id = n.invoice_id
      where k.state = 'open' limit 1`,
    [now, invoiceIds],
  );
  if (open !== undefined)
    throw refused(`${open.number} is promised by ${open.due_on} already: withdraw that promise first.`);
}

const refused = (detail: string): Problem => new Problem("promise-refused", { detail });
