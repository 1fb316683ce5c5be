import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { BucketPeriod } from "@plumbline/domain/engagement/hour-bucket";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { findClosed } from "../closures/closed-work.ts";
import { agreedPeriods, knownPeriods, type KnownPeriod, loadAgreedBuckets, lockBucketTerms } from "./bucket-periods.ts";

/** A period to write: the piece of work that bills it, and the bucket of the same id. */
type NextPeriod = Pick<BucketPeriod, "startsOn" | "endsOn"> & {
  readonly id: string;
  readonly version: number;
  readonly engagementId: string;
  readonly currency: Currency;
  readonly minutes: number;
  readonly amountMinor: bigint;
  readonly status: "approved" | "rejected";
  readonly bucket: BucketPeriod | undefined;
};

/**
 * Makes each period of the hour buckets a piece of work once, and opens its bucket. What changed before it was billed gets
 * a new version; what was billed stays.
 *
 * @param before periods that begin before this day are opened
 * @param engagementIds all engagements when absent
 */
export async function openBuckets(
  scope: Scope,
  input: { readonly before: LocalDate; readonly engagementIds?: readonly string[] },
): Promise<void> {
  await lockBucketTerms(scope.tx, input.engagementIds);
  const agreed = await loadAgreedBuckets(scope.tx, input.engagementIds);
  const known = await knownPeriods(scope.tx, input.engagementIds);
  const isClosed = await findClosed(scope.tx);
  const next = nextPeriods(scope, agreedPeriods(agreed, known, input.before), known).filter(
    // What is said anew of a closed engagement is refused under its row; what time alone brings passes it by.
    (period) => input.engagementIds !== undefined || !isClosed(period),
  );
  if (next.length === 0) return;
  await query(scope.tx, "update work_items set current = false where current and id = any(?)", [
    next.filter(({ version }) => version > 1).map(({ id }) => id),
  ]);
  await savePieces(scope, next);
  await saveBuckets(scope, next);
}

function nextPeriods(
  scope: Scope,
  wanted: ReturnType<typeof agreedPeriods>,
  known: ReadonlyMap<string, KnownPeriod>,
): NextPeriod[] {
  const next: NextPeriod[] = [];
  for (const [key, { engagementId, currency, period, amountMinor }] of wanted) {
    const before = known.get(key);
    if (before !== undefined && (before.invoice !== null || isAs(before, { currency, period, amountMinor }))) continue;
    const { startsOn, endsOn, minutes } = period;
    const [id, version] = before === undefined ? [scope.newId(), 1] : [before.id, before.version + 1];
    next.push({
      id,
      version,
      engagementId,
      currency,
      startsOn,
      endsOn,
      minutes,
      amountMinor,
      status: "approved",
      bucket: period,
    });
  }
  for (const [key, row] of known) {
    if (wanted.has(key) || row.invoice !== null || row.status === "rejected") continue;
    const { id, engagementId, currency, startsOn, minutes } = row;
    const [version, amountMinor] = [row.version + 1, BigInt(row.amountMinor)];
    const endsOn = row.endsOn ?? undefined;
    next.push({
      id,
      version,
      engagementId,
      currency,
      startsOn,
      endsOn,
      minutes,
      amountMinor,
      status: "rejected",
      bucket: undefined,
    });
  }
  return next;
}

const isAs = (
  row: KnownPeriod,
  {
    currency,
    period,
    amountMinor,
  }: { readonly currency: Currency; readonly period: BucketPeriod; readonly amountMinor: bigint },
): boolean =>
  row.status === "approved" &&
  row.currency === currency &&
  BigInt(row.amountMinor) === amountMinor &&
  row.minutes === period.minutes &&
  row.carryMax === period.carryMax &&
  row.endsOn === (period.endsOn ?? null) &&
  row.expiresOn === (period.expiresOn ?? null);

async function savePieces(scope: Scope, next: readonly NextPeriod[]): Promise<void> {
  await insertRows(
    scope.tx,
    "work_items",
    next,
    {
      id: ["uuid", ({ id }) => id],
      version: ["int", ({ version }) => version],
      engagement_id: ["uuid", ({ engagementId }) => engagementId],
      worked_on: ["date", ({ startsOn }) => startsOn],
      amount_minor: ["bigint", ({ amountMinor }) => amountMinor],
      currency: ["text", ({ currency }) => currency],
      status: ["text", ({ status }) => status],
    },
    { constants: { kind: "'hour_bucket'" } },
  );
  await insertRows(
    scope.tx,
    "period_fees",
    next,
    {
      id: ["uuid", ({ id }) => id],
      version: ["int", ({ version }) => version],
      engagement_id: ["uuid", ({ engagementId }) => engagementId],
      starts_on: ["date", ({ startsOn }) => startsOn],
      ends_on: ["date", ({ endsOn }) => endsOn],
      minutes: ["int", ({ minutes }) => minutes],
    },
    { constants: { kind: "'hour_bucket'" } },
  );
}

/** A bucket that is not agreed any more holds nothing; whoever drew on it before is refused by the database. */
async function saveBuckets(scope: Scope, next: readonly NextPeriod[]): Promise<void> {
  await insertRows(
    scope.tx,
    "hour_buckets",
    next.toSorted((left, right) => (left.id < right.id ? -1 : 1)),
    {
      id: ["uuid", ({ id }) => id],
      engagement_id: ["uuid", ({ engagementId }) => engagementId],
      starts_on: ["date", ({ startsOn }) => startsOn],
      ends_on: ["date", ({ bucket, endsOn }) => bucket?.endsOn ?? endsOn],
      expires_on: ["date", ({ bucket }) => bucket?.expiresOn],
      minutes: ["int", ({ bucket }) => bucket?.minutes ?? 0],
      carry_max: ["int", ({ bucket }) => bucket?.carryMax ?? 0],
    },
    {
      suffix: `on conflict (tenant_id, id) do update set ends_on = excluded.ends_on, expires_on = excluded.expires_on,
        minutes = excluded.minutes, carry_max = excluded.carry_max`,
    },
  );
}
