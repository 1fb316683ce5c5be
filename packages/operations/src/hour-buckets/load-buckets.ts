import type { ClientId, EngagementId } from "@plumbline/domain/id";
import type { Bucket } from "@plumbline/domain/rating/hour-bucket";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

type Buckets = ReadonlyMap<EngagementId, readonly Bucket[]>;

/** All hour buckets, oldest first. */
export const loadBuckets = (tx: TenantTx): Promise<BucketRow[]> =>
  query<BucketRow>(tx, `${select} where b.minutes > 0 order by b.starts_on, b.id`);

/**
 * Locks the hour buckets of clients until the transaction ends, and says what is left of them: whoever draws on them at
 * the same time waits, and then sees what was taken. In id order, against deadlocks.
 */
export async function lockBuckets(tx: TenantTx, clientIds: readonly ClientId[]): Promise<Buckets> {
  const rows = await query<BucketRow>(
    tx,
    `${select} join engagements e on e.tenant_id = b.tenant_id and e.id = b.engagement_id
      where b.minutes > 0 and e.client_id = any(?) order by b.id for update of b`,
    [clientIds],
  );
  return byEngagement(rows.toSorted((left, right) => (left.startsOn < right.startsOn ? -1 : 1)));
}

/** As the database gives it. */
export type BucketRow = Omit<Bucket, "endsOn" | "expiresOn"> & {
  readonly endsOn: Bucket["startsOn"] | null;
  readonly expiresOn: Bucket["startsOn"] | null;
};

const select = `
  select b.id, b.engagement_id as "engagementId", b.starts_on as "startsOn", b.ends_on as "endsOn", b.expires_on as "expiresOn",
         b.minutes, b.minutes - b.used as remaining, b.carry_max - b.carried as "carryRemaining"
    from hour_buckets b`;

export const byEngagement = (rows: readonly BucketRow[]): Buckets =>
  Map.groupBy(
    rows.map(({ endsOn, expiresOn, ...row }) => ({
      ...row,
      endsOn: endsOn ?? undefined,
      expiresOn: expiresOn ?? undefined,
    })),
    ({ engagementId }) => engagementId,
  );

export const toBucketRow = ({ endsOn, expiresOn, ...bucket }: Bucket): BucketRow => ({
  ...bucket,
  endsOn: endsOn ?? null,
  expiresOn: expiresOn ?? null,
});
