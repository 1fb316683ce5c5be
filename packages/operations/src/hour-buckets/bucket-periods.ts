import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { type BucketPeriod, bucketPeriods } from "@plumbline/domain/engagement/hour-bucket";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** What was agreed for an engagement, oldest terms first; terms without a bucket end the one before them. */
export type AgreedBuckets = {
  readonly engagementId: string;
  readonly currency: Currency;
  readonly terms: readonly { readonly from: LocalDate; readonly bucket: EngagementTerms["bucket"] | undefined }[];
};

export type AgreedPeriod = {
  readonly engagementId: string;
  readonly currency: Currency;
  readonly period: BucketPeriod;
  readonly amountMinor: bigint;
};

/** A period as it is stored, with the number of the issued invoice that bills it. */
export type KnownPeriod = {
  readonly id: string;
  readonly version: number;
  readonly engagementId: string;
  readonly startsOn: LocalDate;
  readonly endsOn: LocalDate | null;
  readonly expiresOn: LocalDate | null;
  readonly minutes: number;
  readonly carryMax: number;
  readonly used: number;
  readonly amountMinor: string;
  readonly currency: Currency;
  readonly status: "approved" | "rejected";
  readonly invoice: string | null;
};

export const bucketKey = (engagementId: string, startsOn: LocalDate): string => `${engagementId}|${startsOn}`;

/** Two who open buckets at once would open some twice: one waits. Engagements without a bucket are left alone. */
export async function lockBucketTerms(tx: TenantTx, engagementIds?: readonly string[]): Promise<void> {
  await query(
    tx,
    `select 1 from engagements e
      where (?::uuid[] is null or e.id = any(?)) and (${hasBucket}) order by e.id for no key update`,
    [engagementIds ?? null, engagementIds ?? null],
  );
}

const hasBucket = `
  exists (select 1 from engagement_terms t
           where t.engagement_id = e.id and t.known_to is null and t.terms -> 'bucket' is not null)
  or exists (select 1 from hour_buckets b where b.engagement_id = e.id)`;

export async function loadAgreedBuckets(
  tx: TenantTx,
  engagementIds?: readonly string[],
): Promise<readonly AgreedBuckets[]> {
  return query<AgreedBuckets>(
    tx,
    `select e.id as "engagementId", e.currency, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
              'from', t.effective_from, 'bucket', t.terms -> 'bucket')) order by t.effective_from) as terms
       from engagements e
       join engagement_terms t on t.tenant_id = e.tenant_id and t.engagement_id = e.id and t.known_to is null
        and not t.amended
      where (?::uuid[] is null or e.id = any(?)) and (${hasBucket})
      group by e.id, e.currency`,
    [engagementIds ?? null, engagementIds ?? null],
  );
}

/** Periods that were opened before stay wanted however early `before` is: what is agreed decides, not who looks. */
export function agreedPeriods(
  agreed: readonly AgreedBuckets[],
  known: ReadonlyMap<string, KnownPeriod>,
  before: LocalDate,
): ReadonlyMap<string, AgreedPeriod> {
  const lastOf = new Map<string, LocalDate>();
  for (const { engagementId, startsOn } of known.values()) {
    if (startsOn >= (lastOf.get(engagementId) ?? startsOn)) lastOf.set(engagementId, startsOn);
  }
  const wanted = new Map<string, AgreedPeriod>();
  for (const { engagementId, currency, terms } of agreed) {
    const last = lastOf.get(engagementId);
    const end = last !== undefined && last >= before ? addDays(last, 1) : before;
    for (const [index, { from, bucket }] of terms.entries()) {
      if (bucket === undefined) continue;
      const until = terms[index + 1]?.from;
      const amountMinor = BigInt(bucket.priceMinor);
      for (const period of bucketPeriods(bucket, until !== undefined && until < end ? until : end)) {
        if (period.startsOn < from) continue;
        wanted.set(bucketKey(engagementId, period.startsOn), { engagementId, currency, period, amountMinor });
      }
    }
  }
  return wanted;
}

export async function knownPeriods(
  tx: TenantTx,
  engagementIds?: readonly string[],
): Promise<ReadonlyMap<string, KnownPeriod>> {
  const rows = await query<KnownPeriod>(
    tx,
    `select f.id, f.version, f.engagement_id as "engagementId", f.starts_on as "startsOn", b.ends_on as "endsOn",
            b.expires_on as "expiresOn", f.minutes, b.carry_max as "carryMax", b.used, w.amount_minor as "amountMinor",
            w.currency, w.status,
            (select i.number_text from claims c join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
              where c.work_item_id = f.id and c.released_at is null and i.number is not null limit 1) as invoice
       from period_fees f
       join hour_buckets b on b.tenant_id = f.tenant_id and b.id = f.id
       join work_items w on w.tenant_id = f.tenant_id and w.id = f.id and w.version = f.version
      where w.current and (?::uuid[] is null or f.engagement_id = any(?))`,
    [engagementIds ?? null, engagementIds ?? null],
  );
  return new Map(rows.map((row) => [bucketKey(row.engagementId, row.startsOn), row]));
}
