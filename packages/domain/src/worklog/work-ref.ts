import type { WorkItemId } from "@plumbline/domain/id";

/** One version of one work item of any kind: what a claim takes and a finding holds. */
export type WorkRef = {
  readonly id: WorkItemId;
  readonly version: number;
  /** Source minutes that nobody took yet; 0 for work that is not time. */
  readonly minutes: number;
  /** Parts of it that are taken already: what is left of it is the next share, and 0 is the whole. */
  readonly share: number;
  /** Present when nobody took this part of it, while others took the other parts. */
  readonly part?: { readonly splitId: string; readonly position: number };
};
