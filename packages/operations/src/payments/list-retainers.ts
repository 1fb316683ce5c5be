import type { RetainerWire } from "@plumbline/contract/retainer";
import { minorToWire } from "@plumbline/contract/scalar";
import { type RetainerTerms, topUpOf } from "@plumbline/domain/engagement/retainer";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { agreedRetainerSql } from "./agreed-retainer.ts";

type Row = {
  readonly engagement_id: string;
  readonly engagement_name: string;
  readonly client_id: string;
  readonly client_name: string;
  readonly currency: string;
  readonly terms: RetainerTerms | null;
  readonly paid: string;
  readonly used: string;
  readonly refunded: string;
  readonly earned: string;
};

/**
 * What was paid ahead for engagements, what became of it, and what to ask for where it is below the agreed minimum.
 * Engagements whose terms speak of a retainer are listed before the first money came.
 *
 * @throws Problem `permission-missing`
 */
export async function listRetainers(
  scope: Scope,
  of: { readonly engagementId?: string } = {},
): Promise<readonly RetainerWire[]> {
  demand(scope, "receivable.read");
  const rows = await query<Row>(scope.tx, retainersSql, [of.engagementId ?? null, of.engagementId ?? null]);
  return rows.map(toWire);
}

function toWire({ currency, terms, ...row }: Row): RetainerWire {
  const agreed = terms ?? {};
  const [paid, used, refunded, earned] = [row.paid, row.used, row.refunded, row.earned].map(BigInt) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const balance = paid - used - refunded - earned;
  const topUp = topUpOf(agreed, balance);
  const wire = (minor: bigint) => minorToWire(minor, currency);
  return {
    engagement: { id: row.engagement_id, name: row.engagement_name },
    client: { id: row.client_id, name: row.client_name },
    paid: wire(paid),
    used: wire(used),
    refunded: wire(refunded),
    earned: wire(earned),
    balance: wire(balance),
    ...(topUp > 0n && { topUp: wire(topUp) }),
    ...(agreed.expiresOn !== undefined && { expiresOn: agreed.expiresOn }),
    unused: agreed.unused ?? "refunded",
  };
}

/** The terms are those that were agreed last; what a bank took back was not paid. */
const retainersSql = `
  select e.id as engagement_id, e.name as engagement_name, c.id as client_id, c.name as client_name, e.currency, t.terms,
         coalesce(s.paid, 0) as paid, coalesce(s.used, 0) as used, coalesce(s.refunded, 0) as refunded,
         coalesce(s.earned, 0) as earned
    from engagements e
    join clients c on c.tenant_id = e.tenant_id and c.id = e.payer_id
    left join lateral (${agreedRetainerSql({ tenant: "e.tenant_id", id: "e.id" })}) t on true
    left join (
      select y.engagement_id, -sum(p.amount_minor) filter (where l.fact in ('payment_received', 'credit_taken_over', 'payment_returned', 'chargeback_lost')) as paid,
             sum(p.amount_minor) filter (where l.fact in ('payment_applied', 'application_reversed')) as used,
             sum(p.amount_minor) filter (where l.fact = 'credit_refunded') as refunded,
             sum(p.amount_minor) filter (where l.fact = 'retainer_earned') as earned
        from payments y
        join ledger_entries l on l.tenant_id = y.tenant_id and l.payment_id = y.id
        join ledger_postings p on p.tenant_id = l.tenant_id and p.entry_id = l.id and p.account = 'retainer_liability'
       where y.engagement_id is not null group by 1) s on s.engagement_id = e.id
   where (?::uuid is null or e.id = ?) and (t.terms is not null or s.paid is not null)
   order by e.name, e.id`;
