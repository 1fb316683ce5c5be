import type { BankEntryWire } from "@plumbline/contract/bank";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** Money that left and nobody knows why. */
export type Left = {
  readonly id: string;
  readonly legal_entity_id: LegalEntityId;
  readonly currency: string;
  readonly amount_minor: string;
  readonly charges_minor: string;
  readonly counterparty_iban: string | null;
  readonly end_to_end_id: string | null;
};

type Row = {
  readonly entry_id: string;
  readonly payment_id: string;
  readonly client_id: string;
  readonly client_name: string;
  readonly currency: string;
  readonly amount_minor: string;
  readonly received_on: LocalDate;
  readonly same_reference: boolean;
  readonly same_account: boolean;
};

type ReturnProposals = NonNullable<BankEntryWire["returnProposals"]>;

const proposalsMax = 5;

/** Payments that are here and were as much as left: those of the same reference first, then of the same account, the newest. */
export async function proposeReturns(
  { tx }: Scope,
  entries: readonly Left[],
): Promise<ReadonlyMap<string, ReturnProposals>> {
  if (entries.length === 0) return new Map();
  const rows = await query<Row>(
    tx,
    `select w.id as entry_id, p.*
       from unnest(?::uuid[], ?::uuid[], ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::text[])
              as w (id, legal_entity_id, currency, gone, charges, iban, reference)
      cross join lateral (
        select y.id as payment_id, y.client_id, c.name as client_name, y.currency, y.amount_minor, y.received_on,
               coalesce(b.end_to_end_id = w.reference, false) as same_reference,
               coalesce(b.counterparty_iban = w.iban, false) as same_account
          from payments y
          join clients c on c.tenant_id = y.tenant_id and c.id = y.client_id
          left join bank_entries b on b.tenant_id = y.tenant_id and b.payment_id = y.id and b.state = 'settled'
         where (y.legal_entity_id, y.currency) = (w.legal_entity_id, w.currency) and y.credit_note_id is null
           and y.amount_minor in (w.gone, w.gone - w.charges)
           and not exists (select 1 from ledger_entries e where e.tenant_id = y.tenant_id and e.payment_id = y.id
                              and e.fact in ('payment_returned', 'credit_refunded', 'retainer_earned', 'chargeback_opened'))
         order by same_reference desc, same_account desc, y.received_on desc, y.id desc limit ${proposalsMax}) p`,
    [
      entries.map(({ id }) => id),
      entries.map((entry) => entry.legal_entity_id),
      entries.map(({ currency }) => currency),
      entries.map((entry) => (-BigInt(entry.amount_minor)).toString()),
      entries.map((entry) => entry.charges_minor),
      entries.map((entry) => entry.counterparty_iban),
      entries.map((entry) => entry.end_to_end_id),
    ],
  );
  const byEntry = Map.groupBy(rows, (row) => row.entry_id);
  return new Map([...byEntry].map(([id, of]) => [id, of.map(toProposal)]));
}

const toProposal = (row: Row): ReturnProposals[number] => ({
  paymentId: row.payment_id,
  client: { id: row.client_id, name: row.client_name },
  amount: minorToWire(row.amount_minor, row.currency),
  receivedOn: row.received_on,
  because: [
    ...(row.same_reference ? ["has its reference"] : []),
    ...(row.same_account ? ["came from the same account"] : []),
    "was as much",
  ].join("; "),
});
