import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { NarrativeFacts } from "@plumbline/domain/worklog/narrative";
import type { WorkRef } from "@plumbline/domain/worklog/work-ref";
import type { EngagementId, ProjectId, WorkerId, WorkItemId } from "@plumbline/domain/id";
import type { EarlierBilled } from "@plumbline/domain/rating/earlier-billed";

/** One unbilled time entry, as a run sees it. */
export type WorkEntry = {
  readonly id: WorkItemId;
  readonly version: number;
  readonly engagementId: EngagementId;
  readonly projectId: ProjectId;
  readonly workerId: WorkerId;
  readonly workedOn: LocalDate;
  /** What nobody took of it yet. */
  readonly minutes: number;
  readonly share: number;
  readonly status: "submitted" | "approved";
  /** Empty when the worker's grade of the day decides. */
  readonly role: string;
  readonly task: string;
  /** When its first version came in, a day of the legal entity; absent when it was in time for a draft already. */
  readonly recordedOn?: LocalDate;
  /** What was billed of an earlier version; absent when it was not edited after billing. */
  readonly earlier?: EarlierBilled;
  /** The part of it that is free, when others bear the others. */
  readonly part?: NonNullable<WorkRef["part"]>;
  /** Absent when no rule asks. */
  readonly narrative?: NarrativeFacts;
};

/** What the pre-pass over all work found: it crosses engagements, so no single client's batch could see it. */
export type Screening = {
  readonly duplicates: ReadonlySet<WorkItemId>;
  readonly overlaps: ReadonlySet<WorkItemId>;
  /** By `weekKey`. */
  readonly weeks: ReadonlyMap<string, WorkerWeek>;
};

export type WorkerWeek = {
  readonly workerId: WorkerId;
  readonly monday: LocalDate;
  readonly minutes: number;
  readonly entries: number;
  readonly days: number;
  readonly duplicates: number;
  readonly overlaps: number;
};
