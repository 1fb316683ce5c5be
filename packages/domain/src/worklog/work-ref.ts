import type { WorkItemId } from "@plumbline/domain/id";

/** One version of one work item of any kind: what a claim takes and a finding holds. */
export type WorkRef = {
  readonly id: WorkItemId;
  readonly version: number;
  /** Source minutes; 0 for work that is not time. */
  readonly minutes: number;
};
