import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Increment } from "@plumbline/domain/engagement/terms";
import type { EngagementId, InvoiceLineId, WorkerId } from "@plumbline/domain/id";

/** What other invoices, drafts included, take of one client's time. Increments, overtime and volume go on from there. */
export type BilledBefore = {
  readonly days: readonly BilledDay[];
  readonly months: readonly BilledMonth[];
};

/** A worker's day on one task of an engagement. */
export type BilledDay = {
  readonly engagementId: EngagementId;
  readonly workerId: WorkerId;
  readonly workedOn: LocalDate;
  readonly task: string;
  /** As agreed for that day. */
  readonly increment: Increment;
  readonly minutes: number;
  readonly billedMinutes: number;
  /** One of the lines that bill it. */
  readonly lineId: InvoiceLineId;
};

/** All billed hours of an engagement that were worked in one month. */
export type BilledMonth = {
  readonly engagementId: EngagementId;
  /** Its first day. */
  readonly month: LocalDate;
  readonly billedMinutes: number;
};

export const nothingBilled: BilledBefore = { days: [], months: [] };
