import type { ChangeOrderRef } from "@plumbline/domain/engagement/change-order-ref";
import type { FixedFee } from "@plumbline/domain/engagement/fixed-fee";
import { canonicalJson } from "@plumbline/domain/policy/canonical-json";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** A fee that an order amended, and what was agreed without it. */
export type AmendedFee = {
  readonly amendedBy: ChangeOrderRef;
  readonly fee: FixedFee;
  readonly agreed: FixedFee | null;
};

/** The fees of engagements that orders amended, by engagement. */
export async function amendedFees(tx: TenantTx, ids: readonly string[]): Promise<ReadonlyMap<string, AmendedFee>> {
  const rows = await query<AmendedFee & { readonly engagementId: string }>(
    tx,
    `select distinct on (t.engagement_id) t.engagement_id as "engagementId", t.terms -> 'amendedBy' -> 'fee' as "amendedBy",
            t.terms -> 'fee' as fee, b.terms -> 'fee' as agreed
       from engagement_terms t
       join engagement_terms b on b.tenant_id = t.tenant_id and b.engagement_id = t.engagement_id and b.known_to is null
        and not b.amended and b.effective_from <= t.effective_from
      where t.known_to is null and t.amended and t.terms -> 'amendedBy' -> 'fee' is not null and t.engagement_id = any(?)
      order by t.engagement_id, t.effective_from desc, b.effective_from desc`,
    [ids],
  );
  return new Map(rows.map(({ engagementId, ...fee }) => [engagementId, fee]));
}

/** Why an import cannot say a fee that an order amended: it may repeat what was agreed before or since, and nothing else. */
export function feeAgainstOrder(said: FixedFee | undefined, amended: AmendedFee | undefined): string | undefined {
  if (amended === undefined) return undefined;
  const { amendedBy, fee, agreed } = amended;
  if ([fee, agreed].some((known) => canonicalJson(known) === canonicalJson(said ?? null))) return undefined;
  return `was amended by change order ${amendedBy.number} of ${amendedBy.signedOn}; change it by another`;
}
