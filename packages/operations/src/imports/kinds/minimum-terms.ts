import { addDays } from "@plumbline/domain/calendar/local-date";
import {
  type CommittedMinimum,
  commitmentRhythms,
  minimumIssues,
} from "@plumbline/domain/engagement/committed-minimum";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import type { RowReader } from "../row-reader.ts";
import { readAmount } from "./read-amount.ts";

/** The columns that a committed minimum is said in, by the member they fill. */
const columnOf = {
  amountMinor: "minimum_amount",
  every: "minimum_every",
  startsOn: "minimum_starts_on",
  until: "minimum_ends_on",
  includesExpenses: "minimum_includes_expenses",
  countsTowardsCap: "minimum_counts_towards_cap",
  endedEarly: "minimum_ended_early",
} as const satisfies Record<keyof CommittedMinimum, string>;

/** What the client pays at least; nothing when the row says nothing. */
export function readMinimum(
  row: RowReader,
  currency: Currency,
  cap: EngagementTerms["cap"],
): Pick<EngagementTerms, "minimum"> {
  if (row.text(columnOf.amountMinor) === "") {
    const orphan = Object.values(columnOf).find((field) => row.text(field) !== "");
    if (orphan !== undefined) row.refuse(orphan, "is about a committed minimum, but minimum_amount is empty");
    return {};
  }
  const amountMinor = readAmount(row, columnOf.amountMinor, currency);
  const startsOn = row.date(columnOf.startsOn);
  const endsOn = row.optional(columnOf.until, row.date);
  if (amountMinor === undefined || startsOn === undefined) return {};
  const minimum: CommittedMinimum = {
    amountMinor: String(amountMinor),
    every: row.oneOf(columnOf.every, commitmentRhythms, "month"),
    startsOn,
    ...(endsOn !== undefined && { until: addDays(endsOn, 1) }),
    ...(row.yesNo(columnOf.includesExpenses, false) && { includesExpenses: true }),
    ...(row.yesNo(columnOf.countsTowardsCap, false) && { countsTowardsCap: true }),
    ...(row.oneOf(columnOf.endedEarly, ["whole", "by_day"], "whole") === "by_day" && { endedEarly: "by_day" }),
  };
  for (const { member, reason } of minimumIssues(minimum, cap)) row.refuse(columnOf[member], reason);
  if (!row.yesNo("billable", true))
    row.refuse(columnOf.amountMinor, "is a minimum of an engagement that is not billable");
  return { minimum };
}
