import { addDays, type LocalDate } from "../calendar/local-date.ts";
import type { Period } from "../calendar/period.ts";
import { type CloseItem, closeItems } from "./close-items.ts";

export type CloseRefusal = "not_over" | "closed_already" | CloseItem;

/**
 * Why the books of a month cannot be closed, every reason; none when they can. Closing a month closes all before it, so a
 * month whose last day is closed is refused, and one after a month that nobody closed is not.
 *
 * @param today where the legal entity is
 * @param lockedOn the last day that is closed
 * @param standing how many of each thing stand open
 */
export function judgeClose(input: {
  readonly month: Period;
  readonly today: LocalDate;
  readonly lockedOn: LocalDate | undefined;
  readonly standing: readonly { readonly item: CloseItem; readonly count: number }[];
}): CloseRefusal[] {
  const { month, today, lockedOn, standing } = input;
  return [
    ...(today < month.end ? (["not_over"] as const) : []),
    ...(lockedOn !== undefined && lockedOn >= addDays(month.end, -1) ? (["closed_already"] as const) : []),
    ...standing.filter(({ item, count }) => count > 0 && closeItems[item].blocks).map(({ item }) => item),
  ];
}
