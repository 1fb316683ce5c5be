import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { bucketPeriods, type HourBucket } from "@plumbline/domain/engagement/hour-bucket";
import type { Bucket } from "@plumbline/domain/rating/hour-bucket";
import type { FeeShare } from "@plumbline/domain/engagement/fixed-fee";
import type { EngagementTerms, ExpenseTerms } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import { parsePercent } from "@plumbline/domain/money/percent";
import type { StoredLimit } from "../../limits/load-limits.ts";
import { readHourTerms } from "../../imports/kinds/hour-terms.ts";
import { readAdjustments } from "../../imports/kinds/read-adjustments.ts";
import { readRow } from "../../imports/row-reader.ts";
import { day, engagementId, type Given, minor } from "./scenario-kit.ts";

export function termsOf(given: Given, currency: Currency): EngagementTerms {
  return {
    time: {
      basis: given.time ?? "time_and_materials",
      increment: given.increment ?? { minutes: 1, per: "entry" },
      ...hourTermsOf(given.hours ?? {}, currency),
    },
    paymentTermsDays: 30,
    ...(given.fee && { fee: feeOf(given.fee, currency) }),
    ...(given.expenseTerms && { expenses: expenseTermsOf(given.expenseTerms, currency) }),
    ...(given.bucket && { bucket: bucketOf(given.bucket, currency) }),
    ...adjustmentsOf(given, currency),
    ...(given.holdback !== undefined && { holdbackBasisPoints: parsePercent(given.holdback) as number }),
  };
}

/** Written as an import writes them, so that the examples are those of real files. */
function hourTermsOf(fields: Readonly<Record<string, string>>, currency: Currency) {
  const row = readRow({ line: 1, fields });
  const terms = readHourTerms(row, { currency, byTheHour: true });
  if (row.issues.length > 0) throw new Error(JSON.stringify(row.issues));
  return terms;
}

const bucketOf = (
  { hours, price, starts, every, rollover, expiresAfter, useBefore, overage }: NonNullable<Given["bucket"]>,
  currency: Currency,
): HourBucket => ({
  minutes: hours * 60,
  priceMinor: String(minor(price, currency)),
  every: every ?? "month",
  startsOn: day(starts),
  ...(rollover !== undefined && { rollover: rollover === "all" ? rollover : { minutesMax: rollover * 60 } }),
  ...(expiresAfter !== undefined && { expiresAfterPeriods: expiresAfter }),
  ...(useBefore !== undefined && { expiresOn: day(useBefore) }),
  ...(overage !== undefined && { overagePriceMinor: String(minor(overage, currency)) }),
});

/** The periods that are open, with what was drawn of them before: hours, and of those `carried`, as in “6 h, 2 h carried”. */
export function bucketsOf(given: Given, currency: Currency, before: LocalDate): Bucket[] {
  if (given.bucket === undefined) return [];
  const { used = {} } = given.bucket;
  return bucketPeriods(bucketOf(given.bucket, currency), before).map((period) => {
    const [drawn = 0, carried = 0] = (used[period.startsOn] ?? "").match(/\d+/g)?.map(Number) ?? [];
    return {
      ...period,
      id: `b-${period.startsOn}`,
      engagementId,
      remaining: period.minutes - drawn * 60,
      carryRemaining: period.carryMax - carried * 60,
    };
  });
}

/** Read as an import reads them, so that what an import would refuse is no scenario. */
function adjustmentsOf({ discounts = "", surcharges = "" }: Given, currency: Currency) {
  const row = readRow({ line: 2, fields: { discounts, surcharges } });
  const terms = readAdjustments(row, currency);
  if (row.issues.length > 0) throw new Error(row.issues.map(({ reason }) => reason).join("; "));
  return terms;
}

const expenseTermsOf = (
  { included, markup, categories, receiptAbove }: NonNullable<Given["expenseTerms"]>,
  currency: Currency,
): ExpenseTerms => ({
  ...(included !== undefined && { included }),
  ...(markup !== undefined && { markupBasisPoints: parsePercent(markup) as number }),
  ...(categories && { categories }),
  ...(receiptAbove !== undefined && { receiptAboveMinor: String(minor(receiptAbove, currency)) }),
});

export const feeOf = ({ amount, instalments }: NonNullable<Given["fee"]>, currency: Currency) => ({
  amountMinor: String(minor(amount, currency)),
  instalments: instalments.map((text): FeeShare => {
    const [size = "", dueOn = ""] = text.split(" on ");
    const basisPoints = size.endsWith("%") ? parsePercent(size) : undefined;
    return basisPoints === undefined
      ? { dueOn: day(dueOn), amountMinor: String(minor(size, currency)) }
      : { dueOn: day(dueOn), basisPoints };
  }),
});

export function limitsOf({ cap, order }: Given, currency: Currency): StoredLimit[] {
  const common = { engagementId, projectId: undefined, orderId: undefined };
  const left = (total: string, used = "0") => {
    const minorTotal = minor(total, currency);
    return { total: minorTotal, remaining: minorTotal - minor(used, currency) };
  };
  const ofCap = { ...common, kind: "cap", countsExpenses: cap?.includesExpenses ?? false } as const;
  const minutes = BigInt(cap?.hours ?? 0) * 60n;
  return [
    ...(cap?.amount === undefined
      ? []
      : [{ ...ofCap, id: "cap", measure: "money" as const, currency, ...left(cap.amount, cap.used) }]),
    ...(minutes === 0n
      ? []
      : [
          {
            ...ofCap,
            id: "hours",
            measure: "minutes" as const,
            currency: undefined,
            total: minutes,
            remaining: minutes,
          },
        ]),
    ...(order === undefined
      ? []
      : [
          {
            ...common,
            ...left(order.amount, order.used),
            id: "po-limit",
            kind: "order" as const,
            measure: "money" as const,
            countsExpenses: true,
            currency,
            orderId: "po",
          },
        ]),
  ];
}
