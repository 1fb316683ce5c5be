import type { BankTransaction } from "@plumbline/domain/bank/statement";
import { type Candidate, type CandidateBook, openCandidateBook } from "@plumbline/domain/bank/match-transaction";
import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { EarlyPayment } from "@plumbline/domain/engagement/early-payment";
import { earlyDiscount } from "@plumbline/domain/receivable/early-discount";
import { keptOf, shareOf } from "@plumbline/domain/receivable/withheld-share";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { lateCharges } from "../ledger/late-charges.ts";

/** The legal entity a bank account belongs to, and the money that is on it. */
export type BankAccount = { readonly legalEntityId: LegalEntityId; readonly currency: Currency };

export type Matching = {
  readonly book: CandidateBook;
  readonly issuedOn: ReadonlyMap<InvoiceId, LocalDate>;
  readonly clientOfIban: (iban: string) => ClientId | undefined;
};

type Owed = {
  readonly id: InvoiceId;
  readonly number: string;
  readonly client_id: ClientId;
  readonly names: readonly string[];
  readonly open: string;
  readonly issued_on: LocalDate;
  readonly net: string;
  readonly is_whole: boolean;
  /** What is open for being late. */
  readonly charged: string;
  readonly early_payment: readonly EarlyPayment[] | null;
  readonly account: string;
};

/**
 * What transactions are held against: all that is owed in each legal entity and currency, and who paid from which account
 * before.
 */
export async function loadMatching(
  { tx }: Scope,
  accounts: readonly BankAccount[],
  transactions: readonly Pick<BankTransaction, "counterpartyIban">[],
): Promise<(account: BankAccount) => Matching> {
  const rows = await query<Owed>(
    tx,
    `select i.id, i.number_text as number, i.payer_id as client_id, array_remove(array[c.name, c.legal_name], null) || array(
              select unnest(array_remove(array[n.name, n.legal_name], null)) from clients n
               where n.tenant_id = c.tenant_id and n.merged_into = c.id order by n.id) as names,
            s.open, s.charged, i.early_payment::jsonb as early_payment, i.issued_on, i.net_minor as net, s.open = i.total_minor as is_whole, s.legal_entity_id || ' ' || s.currency as account
       from (select e.invoice_id, e.legal_entity_id, e.currency, sum(p.amount_minor) as open,
                    coalesce(sum(p.amount_minor) filter (where e.fact in ${lateCharges}), 0) as charged
               from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
              where (e.legal_entity_id, e.currency) in (select * from unnest(?::uuid[], ?::text[])) and p.account = 'receivable'
              group by 1, 2, 3 having sum(p.amount_minor) > 0) s
       join invoices i on i.tenant_id = (select app.tenant()) and i.id = s.invoice_id
       join clients c on c.tenant_id = i.tenant_id and c.id = i.payer_id
      order by i.due_on, i.id`,
    [accounts.map(({ legalEntityId }) => legalEntityId), accounts.map(({ currency }) => currency)],
  );
  const clients = await clientsOfIbans(
    tx,
    transactions.flatMap(({ counterpartyIban }) => counterpartyIban ?? []),
  );
  const owed = Map.groupBy(rows, ({ account }) => account);
  const shares = await sharesKept(
    tx,
    rows.map((row) => row.client_id),
  );
  return ({ legalEntityId, currency }) => {
    const of = owed.get(`${legalEntityId} ${currency}`) ?? [];
    return {
      book: openCandidateBook(of.map((row) => toCandidate(row, shares.get(row.client_id)))),
      issuedOn: new Map(of.map((row) => [row.id, row.issued_on])),
      clientOfIban: (iban) => clients.get(iban),
    };
  };
}

/** Tax is kept of the whole net at once: what is open of an invoice that was paid in part tells nothing. */
const toCandidate = (row: Owed, share: bigint | undefined): Candidate => ({
  invoiceId: row.id,
  number: row.number,
  clientId: row.client_id,
  clientNames: row.names,
  openMinor: BigInt(row.open),
  ...(share !== undefined && row.is_whole && { withheldMinor: keptOf(BigInt(row.net), share) }),
  ...(row.early_payment !== null && {
    discounts: row.early_payment.map(({ days, basisPoints }) => ({
      until: addDays(row.issued_on, days),
      minor: earlyDiscount(BigInt(row.open) - BigInt(row.charged), basisPoints),
    })),
  }),
});

/** The share of the net that each client kept as tax of the last invoice of which it did. */
async function sharesKept(tx: Scope["tx"], clientIds: readonly ClientId[]): Promise<ReadonlyMap<ClientId, bigint>> {
  const rows = await query<{ client_id: ClientId; net: string; kept: string }>(
    tx,
    `select distinct on (i.payer_id) i.payer_id as client_id, i.net_minor as net, a.residual_minor as kept
       from payment_applications a join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
      where a.residual_kind = 'withholding_tax' and i.payer_id = any(?)
        and not exists (select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id)
      order by i.payer_id, a.id desc`,
    [clientIds],
  );
  return new Map(
    rows.flatMap((row): [ClientId, bigint][] => {
      const share = shareOf({ netMinor: BigInt(row.net), keptMinor: BigInt(row.kept) });
      return share === undefined ? [] : [[row.client_id, share]];
    }),
  );
}

/** Accounts from which one client alone paid before. */
async function clientsOfIbans(tx: Scope["tx"], ibans: readonly string[]): Promise<ReadonlyMap<string, ClientId>> {
  const rows = await query<{ iban: string; client_id: ClientId }>(
    tx,
    `select b.counterparty_iban as iban, min(y.client_id::text) as client_id
       from bank_entries b join payments y on y.tenant_id = b.tenant_id and y.id = b.payment_id
      where b.counterparty_iban = any(?) and b.state = 'settled'
      group by 1 having count(distinct y.client_id) = 1`,
    [ibans],
  );
  return new Map(rows.map((row) => [row.iban, row.client_id]));
}

export type PaidByBank = {
  readonly paymentId: Id<"payment">;
  readonly clientId: ClientId;
  readonly minor: bigint;
};

/** Payments that came in by bank under an end-to-end id and are here whole, where there is one alone. */
export async function listPaymentsByEndToEnd(
  { tx }: Scope,
  { legalEntityId }: BankAccount,
  endToEndIds: readonly string[],
): Promise<ReadonlyMap<string, PaidByBank>> {
  const rows = await query<{ end_to_end_id: string; payment_id: Id<"payment">; client_id: ClientId; minor: string }>(
    tx,
    `select b.end_to_end_id, min(b.payment_id::text) as payment_id, min(y.client_id::text) as client_id, min(b.amount_minor) as minor
       from bank_entries b join payments y on y.tenant_id = b.tenant_id and y.id = b.payment_id
      where b.end_to_end_id = any(?) and b.state = 'settled' and y.legal_entity_id = ?
        and not exists (select 1 from ledger_entries e where e.tenant_id = y.tenant_id and e.payment_id = y.id
                           and e.fact in ('payment_returned', 'credit_refunded', 'retainer_earned'))
        and not exists (select 1 from chargebacks c where c.tenant_id = y.tenant_id and c.payment_id = y.id and c.state <> 'won')
      group by 1 having count(*) = 1`,
    [endToEndIds, legalEntityId],
  );
  return new Map(
    rows.map((row) => [
      row.end_to_end_id,
      { paymentId: row.payment_id, clientId: row.client_id, minor: BigInt(row.minor) },
    ]),
  );
}
