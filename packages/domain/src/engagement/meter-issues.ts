import { addDays } from "@plumbline/domain/calendar/local-date";
import type { Meter } from "./meter.ts";
import { quantityOf } from "./quantity.ts";
import { beginsPeriod } from "./recurrence.ts";

/** What contradicts itself at a meter: the member that has to change, and why, in a sentence. */
export type MeterIssue = {
  readonly member: "tiers" | "included" | "cancelledFrom" | "billedThrough";
  readonly reason: string;
};

export function meterIssues(meter: Meter): MeterIssue[] {
  const { tiers, startsOn, cancelledFrom, billedThrough, included, measure } = meter;
  const issues: MeterIssue[] = [];
  const bounds = tiers.map(({ from }) => quantityOf(from));
  if (bounds.some((bound, index) => index > 0 && bound <= (bounds[index - 1] as bigint))) {
    issues.push({ member: "tiers", reason: "are not in the order of their bounds" });
  }
  if (included !== undefined && measure === "average" && included.includes(".")) {
    issues.push({
      member: "included",
      reason: "is a part of something that is counted by the day; give a whole number",
    });
  }
  if (cancelledFrom !== undefined && cancelledFrom <= startsOn) {
    issues.push({ member: "cancelledFrom", reason: `is not after ${startsOn}, the first day` });
  }
  if (billedThrough !== undefined && billedThrough >= startsOn && !beginsPeriod(meter, addDays(billedThrough, 1))) {
    issues.push({ member: "billedThrough", reason: `${billedThrough} is not the last day of a period` });
  }
  return issues;
}
