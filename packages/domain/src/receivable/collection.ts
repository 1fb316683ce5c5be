import type { LocalDate } from "../calendar/local-date.ts";

/** How far an issued invoice is collected. Whether it is overdue is a matter of the day, and derived. */
export const collections = ["open", "partial", "settled", "written_off"] as const;
export type Collection = (typeof collections)[number];

/**
 * @param owed what had to be paid when it was issued, in minor units; negative on a credit note
 * @param open what of it is still to be paid, or to be credited
 * @param writtenOff what of it was given up
 */
export function collectionOf({ owed, open, writtenOff }: Record<"owed" | "open" | "writtenOff", bigint>): Collection {
  if (owed < 0n) return open === 0n ? "settled" : open > owed ? "partial" : "open";
  if (open <= 0n) return writtenOff > 0n ? "written_off" : "settled";
  return open < owed ? "partial" : "open";
}

/** A due date is kept when money comes on that very day. */
export const isOverdue = (
  { open, dueOn }: { readonly open: bigint; readonly dueOn: LocalDate },
  on: LocalDate,
): boolean => open > 0n && dueOn < on;
