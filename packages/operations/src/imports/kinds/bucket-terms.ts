import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { bucketIssues, bucketRhythms, type HourBucket } from "@plumbline/domain/engagement/hour-bucket";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import { cut, type RowReader } from "../row-reader.ts";
import { readAmount } from "./read-amount.ts";

const bucketHoursMax = 100_000;
const periodsMax = 120;

/** The columns that a bucket is said in, by the member they fill. */
const columnOf = {
  minutes: "bucket_hours",
  priceMinor: "bucket_price",
  every: "bucket_every",
  startsOn: "bucket_starts_on",
  until: "bucket_ends_on",
  rollover: "bucket_rollover",
  expiresAfterPeriods: "bucket_expires_after",
  expiresOn: "bucket_use_by",
  overagePriceMinor: "bucket_overage_price",
} as const satisfies Record<keyof HourBucket, string>;

/** Hours that are bought ahead; nothing when the row says nothing. */
export function readBucket(row: RowReader, currency: Currency): Pick<EngagementTerms, "bucket"> {
  if (row.text(columnOf.minutes) === "") {
    const orphan = Object.values(columnOf).find((field) => row.text(field) !== "");
    if (orphan !== undefined) row.refuse(orphan, "is about hours that are bought ahead, but bucket_hours is empty");
    return {};
  }
  const hours = row.integer(columnOf.minutes, { min: 1, max: bucketHoursMax }, 1);
  const priceMinor = readAmount(row, columnOf.priceMinor, currency);
  const startsOn = row.date(columnOf.startsOn);
  if (priceMinor === undefined || startsOn === undefined) return {};
  const until = row.optional(columnOf.until, row.date);
  const expiresOn = row.optional(columnOf.expiresOn, row.date);
  const rollover = readRollover(row);
  const overage = row.optional(columnOf.overagePriceMinor, (field) => readAmount(row, field, currency));
  const after = row.optional(columnOf.expiresAfterPeriods, (field) =>
    row.integer(field, { min: 1, max: periodsMax }, 1),
  );
  const bucket: HourBucket = {
    minutes: hours * 60,
    priceMinor: String(priceMinor),
    every: row.oneOf(columnOf.every, bucketRhythms, "month"),
    startsOn,
    ...(until !== undefined && { until: dayAfter(until) }),
    ...(rollover !== undefined && { rollover }),
    ...(after !== undefined && { expiresAfterPeriods: after }),
    ...(expiresOn !== undefined && { expiresOn: dayAfter(expiresOn) }),
    ...(overage !== undefined && { overagePriceMinor: String(overage) }),
  };
  for (const { member, reason } of bucketIssues(bucket)) row.refuse(columnOf[member], reason);
  if (row.yesNo("flat_rate", false))
    row.refuse(columnOf.minutes, "are hours to draw on, but flat_rate says that a fee covers all time");
  if (!row.yesNo("billable", true)) row.refuse(columnOf.minutes, "are hours of an engagement that is not billable");
  return { bucket };
}

function readRollover(row: RowReader): HourBucket["rollover"] {
  const text = row.text(columnOf.rollover).toLowerCase();
  if (text === "" || text === "none") return undefined;
  if (text === "all") return "all";
  const hours = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (hours > 0) return { minutesMax: hours * 60 };
  return row.refuse(columnOf.rollover, `“${cut(text)}” is neither none nor all nor a number of hours`);
}

const dayAfter = (last: LocalDate): LocalDate => addDays(last, 1);
