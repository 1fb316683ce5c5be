import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import { hoursText } from "@plumbline/domain/rating/hours-text";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Scope } from "@plumbline/platform/scope";
import {
  type AgreedBuckets,
  agreedPeriods,
  type AgreedPeriod,
  knownPeriods,
  type KnownPeriod,
  loadAgreedBuckets,
} from "./bucket-periods.ts";

/** An engagement with the terms it is to have from a day on. */
export type SaidTerms = {
  readonly engagementId: string;
  readonly currency: Currency;
  readonly from: LocalDate;
  readonly terms: EngagementTerms;
};

/** Why a bucket cannot be as it is said now, by engagement: what was billed or drawn of it stays. */
export async function bucketContradictions(
  scope: Scope,
  said: readonly SaidTerms[],
): Promise<ReadonlyMap<string, string>> {
  const ids = said.map(({ engagementId }) => engagementId);
  const known = await knownPeriods(scope.tx, ids);
  if (known.size === 0) return new Map();
  const before = new Map((await loadAgreedBuckets(scope.tx, ids)).map((agreed) => [agreed.engagementId, agreed]));
  const agreed = said.map((terms) => withSaid(before.get(terms.engagementId), terms));
  const wanted = agreedPeriods(agreed, known, "0001-01-01" as LocalDate);
  const reasons = new Map<string, string>();
  for (const [key, row] of known) {
    const reason = contradiction(row, wanted.get(key));
    if (reason !== undefined) reasons.set(row.engagementId, reason);
  }
  return reasons;
}

function withSaid(
  before: AgreedBuckets | undefined,
  { engagementId, currency, from, terms }: SaidTerms,
): AgreedBuckets {
  const others = (before?.terms ?? []).filter((known) => known.from !== from);
  return {
    engagementId,
    currency,
    terms: [...others, { from, bucket: terms.bucket }].toSorted((left, right) => (left.from < right.from ? -1 : 1)),
  };
}

function contradiction(row: KnownPeriod, wanted: AgreedPeriod | undefined): string | undefined {
  const what = `the hours bought from ${row.startsOn}, ${hoursText(row.minutes)} for ${amountText(BigInt(row.amountMinor), row.currency)},`;
  if (row.invoice !== null && (wanted === undefined || !isBilledAs(row, wanted)))
    return `${what} were billed on invoice ${row.invoice} and must stay`;
  const left = wanted?.period.minutes ?? 0;
  return row.used > left ? `${what} are drawn on by ${hoursText(row.used)} already` : undefined;
}

const isBilledAs = (row: KnownPeriod, { period, amountMinor, currency }: AgreedPeriod): boolean =>
  row.minutes === period.minutes &&
  BigInt(row.amountMinor) === amountMinor &&
  row.currency === currency &&
  row.endsOn === (period.endsOn ?? null) &&
  row.expiresOn === (period.expiresOn ?? null) &&
  row.carryMax === period.carryMax;
