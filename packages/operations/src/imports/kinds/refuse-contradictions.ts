import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { RowReader } from "../row-reader.ts";

const wholeBasisPoints = 10_000;

/** Refuses what each part of the terms allows and all of them together do not, under the column that has to change. */
export function refuseContradictions(row: RowReader, terms: EngagementTerms, startsOn: LocalDate): void {
  const { cap, fee, bucket, retainer, time, adjustments = [], holdbackBasisPoints = 0, withholding } = terms;
  // A cap is of what is left after discounts, which may bring a sum below it.
  const isLowered = adjustments.some(({ kind }) => kind === "allowance");
  const most = cap?.amountMinor === undefined || isLowered ? undefined : BigInt(cap.amountMinor);
  const isAbove = (minor: string | undefined) => minor !== undefined && most !== undefined && BigInt(minor) > most;
  if (isAbove(fee?.amountMinor))
    row.refuse("fee_amount", "is above cap_amount: what goes beyond it could never be billed");
  if (isAbove(bucket?.priceMinor))
    row.refuse("bucket_price", "is above cap_amount: the hours of one period could never be billed");
  if (time.basis === "fixed_fee" && cap?.minutes !== undefined)
    row.refuse("cap_hours", "limits hours that are billed, and flat_rate says that a fee covers all time");
  if (time.basis === "non_billable" && retainer !== undefined)
    row.refuse(
      retainerColumn(row),
      "is about money paid ahead for an engagement that is not billable: nothing would take it",
    );
  if (retainer?.expiresOn !== undefined && retainer.expiresOn <= startsOn)
    row.refuse("retainer_use_by", "is before starts_on: nothing could ever take what is paid ahead");
  const kept = Math.max(0, ...(withholding?.periods ?? []).map(({ basisPoints }) => basisPoints));
  if (kept < wholeBasisPoints && holdbackBasisPoints + kept >= wholeBasisPoints)
    row.refuse("holdback_percent", `leaves nothing to pay together with the ${kept / 100} % of withholding`);
}

const retainerColumn = (row: RowReader): string =>
  ["retainer_minimum", "retainer_use_by", "retainer_unused"].find((field) => row.text(field) !== "") ??
  "retainer_target";
