import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { SplitShare } from "@plumbline/domain/engagement/split";
import type { ClientId, EngagementId, ProjectId } from "@plumbline/domain/id";

/** A split as a row says it. */
export type SplitItem = {
  readonly engagementId: EngagementId | undefined;
  readonly projectId: ProjectId | undefined;
  readonly from: LocalDate;
  readonly until: LocalDate | undefined;
  readonly parts: readonly SplitItemPart[];
};

export type SplitItemPart = SplitShare & {
  readonly payerId: ClientId | undefined;
  readonly profileId: string | undefined;
  /** As its engagement numbers it. */
  readonly order: string | undefined;
  readonly costCentre: string | undefined;
};
