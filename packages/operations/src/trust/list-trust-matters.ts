import type { TrustMatterWire } from "@plumbline/contract/trust";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Row = Readonly<Record<"received" | "refunded" | "transferred", string>> & {
  readonly engagement: TrustMatterWire["engagement"];
  readonly client: TrustMatterWire["client"];
  readonly entity: TrustMatterWire["entity"];
  readonly currency: string;
};

/**
 * What each matter holds in trust, by its name.
 *
 * @param of.on the last day that counts; everything when absent
 * @throws Problem `permission-missing`
 */
export async function listTrustMatters(
  scope: Scope,
  of: { readonly engagementId?: string; readonly on?: LocalDate } = {},
): Promise<readonly TrustMatterWire[]> {
  demand(scope, "receivable.read");
  return mattersInTrust(scope, of);
}

/** As `listTrustMatters`, for whoever was allowed to move the money. */
export async function mattersInTrust(
  { tx }: Scope,
  of: { readonly engagementId?: string; readonly on?: LocalDate },
): Promise<readonly TrustMatterWire[]> {
  const rows = await query<Row>(
    tx,
    `select jsonb_build_object('id', e.id, 'name', e.name) as engagement, jsonb_build_object('id', c.id, 'name', c.name) as client,
            jsonb_build_object('id', l.id, 'name', l.legal_name) as entity, t.currency,
            coalesce(sum(t.amount_minor) filter (where t.kind = 'receipt'), 0) as received,
            coalesce(sum(t.amount_minor) filter (where t.kind = 'refund'), 0) as refunded,
            coalesce(sum(t.amount_minor) filter (where t.kind = 'transfer'), 0) as transferred
       from trust_entries t
       join engagements e on e.tenant_id = t.tenant_id and e.id = t.engagement_id
       join clients c on c.tenant_id = e.tenant_id and c.id = e.client_id
       join legal_entities l on l.tenant_id = e.tenant_id and l.id = e.legal_entity_id
      where t.booked_on <= coalesce(?::date, 'infinity') and t.engagement_id = coalesce(?::uuid, t.engagement_id)
      group by e.id, e.name, c.id, c.name, l.id, l.legal_name, t.currency order by e.name, e.id`,
    [of.on ?? null, of.engagementId ?? null],
  );
  return rows.map(({ engagement, client, entity, currency, ...sums }) => {
    const [received, refunded, transferred] = [BigInt(sums.received), BigInt(sums.refunded), BigInt(sums.transferred)];
    const wire = (minor: bigint) => minorToWire(minor, currency);
    return {
      engagement,
      client,
      entity,
      received: wire(received),
      refunded: wire(refunded),
      transferred: wire(transferred),
      balance: wire(received - refunded - transferred),
    };
  });
}
