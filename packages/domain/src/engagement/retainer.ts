import type { LocalDate } from "@plumbline/domain/calendar/local-date";

/** What was agreed about money that is paid ahead. Amounts are minor units of the engagement's currency, as text. */
export type RetainerTerms = {
  /** Below the minimum the client is asked to top up to the target. */
  readonly minimumMinor?: string;
  readonly targetMinor?: string;
  /** That a billing run drafts a deposit invoice for it; told to people alone when absent. */
  readonly topUp?: "invoiced";
  /** First day on which what is left is settled. */
  readonly expiresOn?: LocalDate;
  /** What becomes of it then: the firm's, or paid back. Paid back when nothing was agreed. */
  readonly unused?: UnusedRetainer;
};

export const unusedRetainers = ["refunded", "earned"] as const;
export type UnusedRetainer = (typeof unusedRetainers)[number];

/** What contradicts itself, in a sentence under its member. */
export function retainerIssues({ minimumMinor, targetMinor, topUp }: RetainerTerms): {
  readonly member: keyof RetainerTerms;
  readonly reason: string;
}[] {
  if ((minimumMinor === undefined) !== (targetMinor === undefined)) {
    const member = minimumMinor === undefined ? "minimumMinor" : "targetMinor";
    return [{ member, reason: "is needed: a retainer is topped up from a minimum to a target" }];
  }
  if (topUp !== undefined && minimumMinor === undefined)
    return [{ member: "minimumMinor", reason: "is needed: below it the retainer is topped up" }];
  if (minimumMinor !== undefined && targetMinor !== undefined && BigInt(targetMinor) <= BigInt(minimumMinor))
    return [{ member: "targetMinor", reason: "is not above the minimum" }];
  return [];
}

/** What a client is asked for so that its retainer is at the target again; nothing at or above the minimum. */
export function topUpOf({ minimumMinor, targetMinor }: RetainerTerms, balanceMinor: bigint): bigint {
  if (minimumMinor === undefined || targetMinor === undefined || balanceMinor >= BigInt(minimumMinor)) return 0n;
  return BigInt(targetMinor) - balanceMinor;
}
