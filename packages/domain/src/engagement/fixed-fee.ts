import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Currency } from "@plumbline/domain/money/currency";
import { allocate, money } from "@plumbline/domain/money/money";

/** A fee that was agreed whatever the work takes, and when which part of it is due. Amounts are text: terms are JSON. */
export type FixedFee = {
  /** Minor units of the engagement's currency. */
  readonly amountMinor: string;
  readonly instalments: readonly FeeShare[];
  /** What a former system billed of it: its first instalments. Absent when nothing. */
  readonly billedBeforeMinor?: string;
};

/** A part of the fee: a share in basis points (3000 is 30 %), or an amount. One fee has parts of one kind. */
export type FeeShare = { readonly dueOn: LocalDate } & (
  | { readonly basisPoints: number }
  | { readonly amountMinor: string }
);

export type Instalment = {
  /** From 1, in the order of the due dates. */
  readonly number: number;
  readonly of: number;
  readonly dueOn: LocalDate;
  readonly amountMinor: bigint;
  readonly basisPoints: number | undefined;
};

const wholeBasisPoints = 10_000;

/** The instalments in the order they fall due. Shares are split by largest remainder, so that they make the fee exactly. */
export function instalmentsOf(fee: FixedFee, currency: Currency): Instalment[] {
  const parts = fee.instalments.toSorted((left, right) =>
    left.dueOn < right.dueOn ? -1 : left.dueOn > right.dueOn ? 1 : 0,
  );
  const shares = parts.map((part) => ("basisPoints" in part ? part.basisPoints : undefined));
  const amounts = shares.every((share) => share !== undefined)
    ? allocate(money(BigInt(fee.amountMinor), currency), shares.map(BigInt)).map(({ minor }) => minor)
    : parts.map((part) => ("amountMinor" in part ? BigInt(part.amountMinor) : 0n));
  return parts.map(({ dueOn }, index) => ({
    number: index + 1,
    of: parts.length,
    dueOn,
    amountMinor: amounts[index] ?? 0n,
    basisPoints: shares[index],
  }));
}

/** What contradicts itself in a fee, in sentences; empty when its instalments make it up exactly. */
export function feeIssues({ amountMinor, instalments }: FixedFee): string[] {
  if (instalments.length === 0) return ["a fixed fee needs at least one instalment"];
  const shares = instalments.flatMap((part) => ("basisPoints" in part ? part.basisPoints : []));
  if (shares.length > 0 && shares.length < instalments.length) {
    return ["the instalments must all be shares of the fee or all be amounts"];
  }
  if (shares.length > 0) {
    const total = shares.reduce((sum, share) => sum + share, 0);
    return total === wholeBasisPoints
      ? []
      : [`the instalments come to ${total / 100} % of the fee; they must come to 100 %`];
  }
  const total = instalments.reduce((sum, part) => sum + ("amountMinor" in part ? BigInt(part.amountMinor) : 0n), 0n);
  const difference = total - BigInt(amountMinor);
  if (difference === 0n) return [];
  return [`the instalments come to ${difference > 0n ? "more" : "less"} than the fee; they must come to all of it`];
}

/** The instalments that are billed here: all but those that a former system billed. */
export function instalmentsToBill(fee: FixedFee, currency: Currency): Instalment[] {
  const before = BigInt(fee.billedBeforeMinor ?? 0);
  let sum = 0n;
  return instalmentsOf(fee, currency).filter(({ amountMinor }) => (sum += amountMinor) > before);
}

/** Why a former system cannot have billed so much of a fee: it billed whole instalments, the first ones. */
export function billedBeforeIssue(fee: FixedFee, currency: Currency): string | undefined {
  if (fee.billedBeforeMinor === undefined) return undefined;
  const billed = BigInt(fee.billedBeforeMinor);
  const sums = sumsOf(instalmentsOf(fee, currency).map(({ amountMinor }) => amountMinor));
  if (sums.includes(billed)) return undefined;
  const ends = sums.map((minor) => amountText(minor, currency)).join(", ");
  return `${amountText(billed, currency)} does not end with an instalment: the first ones come to ${ends}`;
}

function sumsOf(parts: readonly bigint[]): bigint[] {
  let sum = 0n;
  return parts.map((part) => (sum += part));
}
