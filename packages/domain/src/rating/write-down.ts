import type { WorkItemId } from "@plumbline/domain/id";
import type { WorkRef } from "@plumbline/domain/worklog/work-ref";

/** What a decision before issue does: it lowers what work costs, or asks nothing for it. */
export const writeDownKinds = ["write_down", "no_charge"] as const;
export type WriteDownKind = (typeof writeDownKinds)[number];

/**
 * A person's decision about work on one draft, as it is kept with what the draft was made from. It is about exactly that
 * work: what comes later, at the same rate, is a line of its own.
 */
export type WriteDown = {
  readonly id: string;
  readonly kind: WriteDownKind;
  /** A share or an amount in minor units as text; neither when nothing is charged. */
  readonly basisPoints?: number;
  readonly amountMinor?: string;
  /** What the client reads; neutral words when absent. */
  readonly wording?: string;
  /** Parts of work, as claims name them. */
  readonly work: readonly (readonly [id: WorkItemId, share: number])[];
};

/** What a decision takes off one charge. */
export type ChargeWriteDown = {
  readonly id: string;
  readonly kind: WriteDownKind;
  /** A share of what is left of the line, or an amount, as far as the line goes. */
  readonly take: { readonly basisPoints: number } | { readonly amountMinor: bigint };
  readonly wording: string | undefined;
  readonly language: string;
};

/** Says which decision is about a part of work, so that methods that make lines of several keep them apart. */
export type DecisionOn = (work: Pick<WorkRef, "id" | "share">) => WriteDown | undefined;

export function decisionsOn(writeDowns: readonly WriteDown[]): DecisionOn {
  // Nearly every drafting has none: it builds no key for its entries.
  if (writeDowns.length === 0) return () => undefined;
  const byWork = new Map(
    writeDowns.flatMap((each) => each.work.map(([id, share]): [string, WriteDown] => [`${id}|${share}`, each])),
  );
  return ({ id, share }) => byWork.get(`${id}|${share}`);
}
