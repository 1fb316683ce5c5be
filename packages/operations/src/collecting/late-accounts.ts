import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { type CollectingTerms, termsFor } from "@plumbline/domain/receivable/collecting-terms";
import type { DunnableAccount, DunnableInvoice } from "@plumbline/domain/receivable/decide-dunning";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { lateCharges } from "../ledger/late-charges.ts";
import { heldOn } from "../receivables/held-sql.ts";
import { promisesOn } from "./promise-rows.ts";
import { termsInForce } from "./terms-in-force.ts";

/** All that a client owes a legal entity in one currency on a day, with what was agreed about being late. */
export type LateAccount = {
  readonly legalEntityId: LegalEntityId;
  readonly clientId: ClientId;
  readonly currency: Currency;
  readonly terms: CollectingTerms;
  /** Money no invoice took, and what credit notes give beyond their invoice; in minor units. */
  readonly credit: bigint;
  readonly promises: DunnableAccount["promises"];
  readonly invoices: readonly LateInvoice[];
};
export type LateInvoice = DunnableInvoice & { readonly language: string };

type Row = {
  readonly legal_entity_id: LegalEntityId;
  readonly client_id: ClientId;
  readonly currency: Currency;
  readonly of_entity: CollectingTerms | null;
  readonly of_client: CollectingTerms | null;
  readonly credit: string;
  readonly promises: readonly { readonly left: string; readonly invoiceIds: readonly InvoiceId[] }[];
  readonly invoices: readonly {
    readonly id: InvoiceId;
    readonly dueOn: LocalDate;
    readonly language: string;
    readonly open: string;
    readonly released: string;
    readonly releasedDueOn: LocalDate | null;
    readonly charged: string;
    readonly credited: string;
    readonly held: string;
    readonly last: { readonly level: number; readonly on: LocalDate } | null;
  }[];
};

/**
 * Accounts on which something was due before a day, as booked by then, where the legal entity agreed something about it.
 *
 * @param days the day for each legal entity
 * @param clientIds only of these; of all when absent
 */
export async function readLateAccounts(
  { tx }: Scope,
  days: ReadonlyMap<LegalEntityId, LocalDate>,
  clientIds?: readonly ClientId[],
): Promise<readonly LateAccount[]> {
  const rows = await query<Row>(tx, accountsSql, [
    [...days.keys()],
    [...days.values()],
    clientIds ?? null,
    clientIds ?? null,
  ]);
  return rows.map((row) => ({
    legalEntityId: row.legal_entity_id,
    clientId: row.client_id,
    currency: row.currency,
    terms: termsFor(row.of_entity ?? {}, row.of_client ?? {}),
    credit: BigInt(row.credit),
    promises: row.promises.map(({ left, invoiceIds }) => ({ left: BigInt(left), invoiceIds })),
    invoices: row.invoices.map(({ id, dueOn, language, releasedDueOn, last, ...minor }) => ({
      invoiceId: id,
      dueOn,
      language,
      open: BigInt(minor.open),
      released: BigInt(minor.released),
      releasedDueOn: releasedDueOn ?? undefined,
      charged: BigInt(minor.charged),
      credited: BigInt(minor.credited),
      held: BigInt(minor.held),
      last: last ?? undefined,
    })),
  }));
}

const agreed = { tenant: "a.tenant_id", entity: "a.legal_entity_id", currency: "a.currency", day: "a.looked_on" };

const accountsSql = `
  with asked as (select * from unnest(?::uuid[], ?::date[]) as a (entity_id, looked_on)),
  owed as (
    select e.tenant_id, e.legal_entity_id, e.client_id, e.currency, e.invoice_id, a.looked_on,
           sum(p.amount_minor) filter (where p.account = 'receivable') as open,
           coalesce(sum(p.amount_minor) filter (where p.account = 'receivable' and e.fact = 'retention_released'), 0) as released,
           max(e.due_on) as released_due_on,
           coalesce(sum(p.amount_minor) filter (where p.account = 'receivable' and e.fact in ${lateCharges}), 0) as charged,
           coalesce(-sum(p.amount_minor) filter (where p.account = 'unapplied_cash'), 0) as unapplied
      from asked a
      join ledger_entries e on e.legal_entity_id = a.entity_id and e.booked_on <= a.looked_on
      join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account in ('receivable', 'unapplied_cash')
     where ?::uuid[] is null or e.client_id = any(?)
     group by e.tenant_id, e.legal_entity_id, e.client_id, e.currency, e.invoice_id, a.looked_on),
  given as (
    select c.corrects, -sum(o.open) as credited
      from owed o join invoices c on c.tenant_id = o.tenant_id and c.id = o.invoice_id
     where o.open < 0 group by c.corrects),
  noted as (
    select o.*, i.due_on, d.language, coalesce(g.credited, 0) as credited
      from owed o
      left join given g on g.corrects = o.invoice_id
      left join invoices i on i.tenant_id = o.tenant_id and i.id = o.invoice_id
      left join delivery_profiles d on d.tenant_id = i.tenant_id and d.id = i.delivery_profile_id),
  a as (
    select n.tenant_id, n.legal_entity_id, n.client_id, n.currency, n.looked_on,
           sum(n.unapplied) + coalesce(-sum(n.open) filter (where n.open < 0), 0)
             - coalesce(sum(least(n.credited, n.open)) filter (where n.open > 0), 0) as credit,
           jsonb_agg(jsonb_build_object('id', n.invoice_id, 'dueOn', n.due_on, 'language', n.language, 'open', n.open::text,
             'released', n.released::text, 'releasedDueOn', n.released_due_on, 'charged', n.charged::text,
             'credited', least(n.credited, n.open)::text, 'held', h.held::text, 'last', l.last)) filter (where n.open > 0) as invoices,
           bool_or(n.open > 0 and (n.due_on < n.looked_on or n.released_due_on < n.looked_on)) as late
      from noted n
     cross join lateral (select ${heldOn({ tenant: "n.tenant_id", invoice: "n.invoice_id", day: "n.looked_on" })} as held) h
      left join lateral (
        select jsonb_build_object('level', m.level, 'on', v.dunned_on) as last
          from dunning_items m join dunning_notices v on v.tenant_id = m.tenant_id and v.id = m.notice_id
         where m.tenant_id = n.tenant_id and m.invoice_id = n.invoice_id and v.withdrawn_on is null
         order by m.level desc limit 1) l on true
     group by n.tenant_id, n.legal_entity_id, n.client_id, n.currency, n.looked_on)
  select a.*, ${termsInForce(agreed)} as of_entity, ${termsInForce({ ...agreed, client: "a.client_id" })} as of_client, s.promises
    from a
   cross join lateral (
     select coalesce(jsonb_agg(jsonb_build_object('left', (p.amount_minor - k.paid)::text, 'invoiceIds', (
              select jsonb_agg(m.invoice_id) from promise_items m where m.tenant_id = p.tenant_id and m.promise_id = p.id))
              order by p.id), '[]') as promises
       from ${promisesOn("a.looked_on")}
      where p.tenant_id = a.tenant_id and (p.legal_entity_id, p.client_id, p.currency) = (a.legal_entity_id, a.client_id, a.currency)
        and p.made_on <= a.looked_on and k.state = 'open') s
   where a.late order by a.client_id, a.legal_entity_id, a.currency`;
