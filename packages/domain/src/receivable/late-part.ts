import { daysBetween, type LocalDate } from "../calendar/local-date.ts";

/** What is open of an invoice, in minor units, with what of it has a history of its own. */
export type OpenParts = {
  readonly open: bigint;
  readonly dueOn: LocalDate;
  /** What of it was kept until release and released since, and when that is due. */
  readonly released: bigint;
  readonly releasedDueOn?: LocalDate | undefined;
  /** What was added for paying late: interest, compensation, fees. */
  readonly charged: bigint;
};

/** What of it is late, in minor units. */
export type LatePart = {
  /** What was billed. */
  readonly principal: bigint;
  /** What being late has cost so far; late only beside some principal. */
  readonly charges: bigint;
  /** Since the part that was due first. */
  readonly days: number;
};

/**
 * What of an open invoice is late on a day. A payment pays what was billed before what was released, and both before what
 * being late cost: so charges never bear interest, and alone they remind nobody.
 */
export function latePartOf({ open, dueOn, released, releasedDueOn, charged }: OpenParts, on: LocalDate): LatePart {
  const charges = lesser(open, charged);
  const late = lesser(open - charges, released);
  const parts = [
    { minor: open - charges - late, dueOn },
    { minor: late, dueOn: releasedDueOn ?? dueOn },
  ].filter((part) => part.minor > 0n && part.dueOn < on);
  const principal = parts.reduce((sum, { minor }) => sum + minor, 0n);
  return {
    principal,
    charges: principal > 0n ? charges : 0n,
    days: Math.max(0, ...parts.map((part) => daysBetween(part.dueOn, on))),
  };
}

const lesser = (left: bigint, right: bigint): bigint => (left < right ? left : right);
