import { addDays, isoWeekStart, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Booking, Firm } from "./book-day.ts";
import { randomFor } from "./random.ts";

const rejectedShare = 0.006;

/**
 * How an entry stands on the day of the export. Sheets are approved by the week, so what is late is late together; only the
 * last month still has open sheets, and its last week most.
 */
export function approveWeek(
  { profile, seed }: Firm,
  { worker, workedOn, narrative }: Booking,
  lastDay: LocalDate | undefined,
): "approved" | "submitted" | "rejected" {
  if (randomFor(seed, worker.key, workedOn, narrative, "rejected").chance(rejectedShare)) return "rejected";
  if (lastDay === undefined) return "approved";
  const monday = isoWeekStart(workedOn);
  const { lastWeek, before } = profile.unapproved;
  const share = addDays(monday, 7) > lastDay ? lastWeek : before;
  return randomFor(seed, worker.key, monday, "approval").chance(share) ? "submitted" : "approved";
}
