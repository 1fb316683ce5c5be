import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { CommittedMinimum } from "@plumbline/domain/engagement/committed-minimum";
import type { EngagementId, WorkItemId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** What was agreed for an engagement, oldest terms first. */
export type AgreedMinimums = {
  readonly engagementId: EngagementId;
  readonly currency: Currency;
  readonly terms: readonly { readonly from: LocalDate; readonly minimum?: CommittedMinimum }[];
};

/** A shortfall as it is stored. */
export type KnownShortfall = {
  readonly id: WorkItemId;
  readonly version: number;
  readonly engagementId: EngagementId;
  readonly startsOn: LocalDate;
  readonly endsOn: LocalDate;
  readonly minimumMinor: string;
  readonly billedMinor: string;
  readonly detail: ShortfallDetail;
  readonly amountMinor: string;
  readonly currency: Currency;
  readonly status: "approved" | "rejected";
  /** The number of the issued invoice that bills it. */
  readonly invoice: string | null;
};

/** What a shortfall keeps besides its sums; see `Shortfall` in the domain. */
export type ShortfallDetail = {
  readonly counted: readonly { readonly number?: string; readonly minor: string }[];
  readonly prorated?: { readonly amountMinor: string; readonly days: number; readonly of: number };
  readonly includesExpenses?: true;
  readonly countsTowardsCap?: true;
};

/**
 * Minimums as they are agreed, while the engagements that have one are locked: two who count at once would count twice. Also those
 * that have none any more, of which a shortfall was made.
 */
export async function lockMinimums(
  tx: TenantTx,
  engagementIds?: readonly EngagementId[],
): Promise<readonly AgreedMinimums[]> {
  const among = [engagementIds ?? null, engagementIds ?? null];
  const locked = await query<{ id: EngagementId }>(
    tx,
    `select e.id from engagements e
      where (?::uuid[] is null or e.id = any(?)) and (
            exists (select 1 from engagement_terms t
                     where t.engagement_id = e.id and t.known_to is null and t.terms -> 'minimum' is not null)
            or exists (select 1 from shortfalls s where s.engagement_id = e.id))
      order by e.id for no key update`,
    among,
  );
  if (locked.length === 0) return [];
  return loadMinimums(
    tx,
    locked.map(({ id }) => id),
  );
}

export const loadMinimums = (tx: TenantTx, engagementIds: readonly string[]): Promise<readonly AgreedMinimums[]> =>
  query<AgreedMinimums>(
    tx,
    `select e.id as "engagementId", e.currency, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
              'from', t.effective_from, 'minimum', t.terms -> 'minimum')) order by t.effective_from) as terms
       from engagements e
       join engagement_terms t on t.tenant_id = e.tenant_id and t.engagement_id = e.id and t.known_to is null
        and not t.amended
      where e.id = any(?) group by e.id, e.currency order by e.id`,
    [engagementIds],
  );

/** Whoever issues an invoice that bills a shortfall is waited for, and whoever comes later finds what has changed. */
export const lockShortfalls = (tx: TenantTx, engagementIds: readonly string[]) =>
  query(
    tx,
    `select 1 from shortfalls s join claims c on c.work_item_id = s.id and c.work_item_version = s.version
       join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
      where s.engagement_id = any(?) and c.released_at is null order by i.id for share of i`,
    [engagementIds],
  );

/** The present versions of the shortfalls that were made. */
export const knownShortfalls = (tx: TenantTx, engagementIds: readonly string[]): Promise<readonly KnownShortfall[]> =>
  query<KnownShortfall>(
    tx,
    `select s.id, s.version, s.engagement_id as "engagementId", s.starts_on as "startsOn", s.ends_on as "endsOn",
            s.minimum_minor::text as "minimumMinor", s.billed_minor::text as "billedMinor", s.detail,
            w.amount_minor::text as "amountMinor", w.currency, w.status,
            (select i.number_text from claims c join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
              where c.work_item_id = s.id and c.released_at is null and i.number is not null limit 1) as invoice
       from shortfalls s
       join work_items w on w.tenant_id = s.tenant_id and w.id = s.id and w.version = s.version
      where w.current and s.engagement_id = any(?) order by s.engagement_id, s.starts_on`,
    [engagementIds],
  );
