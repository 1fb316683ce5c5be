import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { type CollectingTerms, termsFor } from "@plumbline/domain/receivable/collecting-terms";
import type { BaseRate, DebtStep, InterestTerms } from "@plumbline/domain/receivable/late-interest";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { lateCharges } from "../ledger/late-charges.ts";
import { heldOn } from "../receivables/held-sql.ts";
import { termsInForce } from "./terms-in-force.ts";

/** An invoice that is or was paid late, with everything its interest is made of. */
export type LateDebt = {
  readonly invoiceId: InvoiceId;
  readonly legalEntityId: LegalEntityId;
  readonly clientId: ClientId;
  readonly currency: Currency;
  readonly dueOn: LocalDate;
  /** As they were agreed when it fell due. */
  readonly terms: InterestTerms;
  readonly debt: readonly DebtStep[];
  /** The first day that no claim was charged or waived for, where there was one. */
  readonly claimedUntil: LocalDate | undefined;
  readonly isCompensated: boolean;
  readonly proposed: { readonly id: Id<"interest-claim">; readonly until: LocalDate } | undefined;
  /** A part is disputed, or its client has money that no invoice took. */
  readonly waits: boolean;
};

type Row = {
  readonly id: InvoiceId;
  readonly legal_entity_id: LegalEntityId;
  readonly client_id: ClientId;
  readonly currency: Currency;
  readonly due_on: LocalDate;
  readonly of_entity: CollectingTerms | null;
  readonly of_client: CollectingTerms | null;
  readonly steps: readonly { readonly on: LocalDate; readonly minor: string }[];
  readonly claimed_until: LocalDate | null;
  readonly compensated: boolean;
  readonly proposed: LateDebt["proposed"] | null;
  readonly waits: boolean;
};

/**
 * Invoices that were open after they fell due, as booked by a day, where interest was agreed.
 *
 * @param days the day for each legal entity
 * @param invoiceIds only these; all when absent
 */
export async function readLateDebts(
  { tx }: Scope,
  days: ReadonlyMap<LegalEntityId, LocalDate>,
  invoiceIds?: readonly InvoiceId[],
): Promise<readonly LateDebt[]> {
  const rows = await query<Row>(tx, debtsSql, [
    [...days.keys()],
    [...days.values()],
    invoiceIds ?? null,
    invoiceIds ?? null,
  ]);
  return rows.flatMap((row) => {
    const terms = termsFor(row.of_entity ?? {}, row.of_client ?? {}).interest;
    if (terms === undefined) return [];
    return [
      {
        invoiceId: row.id,
        legalEntityId: row.legal_entity_id,
        clientId: row.client_id,
        currency: row.currency,
        dueOn: row.due_on,
        terms,
        debt: row.steps.map(({ on, minor }) => ({ on, minor: BigInt(minor) })),
        claimedUntil: row.claimed_until ?? undefined,
        isCompensated: row.compensated,
        proposed: row.proposed ?? undefined,
        waits: row.waits,
      },
    ];
  });
}

/** Every base rate as it is known now, the last recorded of those from the same day. */
export async function readBaseRates({ tx }: Scope): Promise<readonly BaseRate[]> {
  const rows = await query<{ name: string; starts_on: LocalDate; basis_points: number }>(
    tx,
    "select distinct on (name, starts_on) name, starts_on, basis_points from base_rates order by name, starts_on, id desc",
  );
  return rows.map((row) => ({ name: row.name, startsOn: row.starts_on, basisPoints: row.basis_points }));
}

const agreed = { tenant: "i.tenant_id", entity: "i.legal_entity_id", currency: "i.currency", day: "i.due_on" };

/**
 * What an invoice owed, by the day from which it counts: money from when it came in, a credit note of the invoice as if it had
 * never been billed, released money from its own due date. What was taken back never counted; what being late cost bears
 * nothing.
 */
const stepsSql = `
  select case when e.fact = 'retention_released' then e.due_on
              when n.corrects = i.id then i.issued_on
              when e.fact = 'payment_applied' then greatest(y.received_on, i.issued_on)
              else e.booked_on end as "on", p.amount_minor as minor
    from ledger_entries e
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'receivable'
    left join payments y on y.tenant_id = e.tenant_id and y.id = e.payment_id
    left join invoices n on n.tenant_id = y.tenant_id and n.id = y.credit_note_id
   where e.tenant_id = i.tenant_id and e.invoice_id = i.id and e.booked_on <= a.looked_on
     and e.fact not in ${lateCharges} and e.reverses is null
     and not exists (select 1 from ledger_entries r where r.tenant_id = e.tenant_id and r.reverses = e.id)
  union all
  select i.issued_on, least(0, sum(p.amount_minor))
    from invoices n
    join ledger_entries e on e.tenant_id = n.tenant_id and e.invoice_id = n.id and e.booked_on <= a.looked_on
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'receivable'
   where n.tenant_id = i.tenant_id and n.corrects = i.id group by n.id`;

/** What being late cost until the cut-over was the former system's to claim, also the compensation. */
const debtsSql = `
  with asked as (
    select a.*, l.cut_over_on from unnest(?::uuid[], ?::date[]) as a (entity_id, looked_on) join legal_entities l on l.id = a.entity_id)
  select i.id, i.legal_entity_id, i.payer_id as client_id, i.currency, i.due_on, s.steps,
         ${termsInForce(agreed)} as of_entity, ${termsInForce({ ...agreed, client: "i.payer_id" })} as of_client,
         coalesce(c.claimed_until, t.since) as claimed_until, coalesce(c.compensated, i.due_on < t.since, false) as compensated, c.proposed,
         ${heldOn({ tenant: "i.tenant_id", invoice: "i.id", day: "a.looked_on" })} > 0
           or o.open > 0 and exists (
             select 1 from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
              where e.tenant_id = i.tenant_id and (e.legal_entity_id, e.client_id, e.currency) = (i.legal_entity_id, i.payer_id, i.currency)
                and p.account = 'unapplied_cash' having sum(p.amount_minor) < 0) as waits
    from asked a
    join invoices i on i.legal_entity_id = a.entity_id and i.issued_on is not null and i.total_minor > 0 and i.due_on < a.looked_on
   cross join lateral (
     select sum(p.amount_minor) as open, max(e.booked_on) as touched_on
       from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'receivable'
      where e.tenant_id = i.tenant_id and e.invoice_id = i.id) o
   cross join lateral (
     select max(k.until_on) filter (where k.state in ('charged', 'waived')) as claimed_until,
            bool_or(k.compensation_minor > 0) filter (where k.state in ('charged', 'waived')) as compensated,
            jsonb_agg(jsonb_build_object('id', k.id, 'until', k.until_on)) filter (where k.state = 'proposed') -> 0 as proposed
       from interest_claims k where k.tenant_id = i.tenant_id and k.invoice_id = i.id) c
   cross join lateral (select case i.kind when 'opening' then a.cut_over_on + 1 end as since) t
   cross join lateral (
     select coalesce(jsonb_agg(jsonb_build_object('on', t."on", 'minor', t.minor::text) order by t."on"), '[]') as steps
       from (${stepsSql}) t) s
   where (o.open > 0 or o.touched_on > i.due_on) and (?::uuid[] is null or i.id = any(?))
   order by i.payer_id, i.id`;
