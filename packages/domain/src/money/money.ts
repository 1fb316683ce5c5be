import type { Currency } from "./currency.ts";

/** `half-up` and `up` move away from zero, `down` towards it, so that a credit rounds as its invoice did. */
export type Rounding = (typeof roundings)[number];
export const roundings = ["half-even", "half-up", "down", "up"] as const;

/** An exact amount. `minor` counts the smallest unit of the currency (cents for EUR). */
export type Money = { readonly minor: bigint; readonly currency: Currency };

export const money = (minor: bigint, currency: Currency): Money => ({ minor, currency });

/** @throws RangeError when the currencies differ: adding euros to dollars is a bug, never a refusal. */
export function add(left: Money, right: Money): Money {
  assertSameCurrency(left, right);
  return money(left.minor + right.minor, left.currency);
}

/** @throws RangeError when the currencies differ */
export function subtract(left: Money, right: Money): Money {
  assertSameCurrency(left, right);
  return money(left.minor - right.minor, left.currency);
}

export const negate = (amount: Money): Money => money(-amount.minor, amount.currency);

/**
 * Orders two amounts for `sort`: negative when `left` is smaller.
 * @throws RangeError when the currencies differ
 */
export function compare(left: Money, right: Money): number {
  assertSameCurrency(left, right);
  return left.minor < right.minor ? -1 : left.minor > right.minor ? 1 : 0;
}

/**
 * Multiplies an amount by the exact fraction `numerator / denominator`.
 * The caller names the rounding: there is no default, because a default is a hidden policy.
 * @throws RangeError when the denominator is not positive
 */
export function scale(amount: Money, numerator: bigint, denominator: bigint, rounding: Rounding): Money {
  return money(divide(amount.minor * numerator, denominator, rounding), amount.currency);
}

/**
 * Splits an amount by integer weights without losing a cent (largest remainder, also called Hamilton's method): every
 * part is first rounded down, then the cents left over go one each to the parts that lost most, ties to the earliest.
 * The parts sum to the whole, none is more than a cent off its exact share, and a weight of zero gets nothing.
 *
 * @throws RangeError when a weight is negative or all are zero
 */
export const allocate = ({ minor, currency }: Money, weights: readonly bigint[]): Money[] =>
  apportion(minor, weights).map((part) => money(part, currency));

/** The same of anything that is counted in whole numbers, such as minutes. */
export function apportion(amount: bigint, weights: readonly bigint[]): bigint[] {
  const weightTotal = weights.reduce((sum, weight) => sum + weight, 0n);
  if (weightTotal <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError("weights must be zero or more and sum to a positive number");
  }

  const sign = amount < 0n ? -1n : 1n;
  const whole = amount * sign;
  const parts = weights.map((weight) => (whole * weight) / weightTotal);
  const left = Number(whole - parts.reduce((sum, part) => sum + part, 0n));
  if (left > 0) {
    const lost = weights.map((weight, index) => ({ index, remainder: (whole * weight) % weightTotal }));
    // `sort` is stable, so equal remainders stay in the order of the weights.
    lost.sort((a, b) => (a.remainder > b.remainder ? -1 : a.remainder < b.remainder ? 1 : 0));
    for (const { index } of lost.slice(0, left)) parts[index] = (parts[index] ?? 0n) + 1n;
  }
  return parts.map((part) => part * sign);
}

/**
 * Divides integers and rounds the exact quotient as named.
 * @throws RangeError when `by` is not positive
 */
export function divide(value: bigint, by: bigint, rounding: Rounding): bigint {
  if (by <= 0n) throw new RangeError("the divisor must be positive");
  const quotient = value / by; // BigInt division truncates toward zero.
  const remainder = value % by;
  if (remainder === 0n || rounding === "down") return quotient;

  const away = quotient + (value < 0n ? -1n : 1n);
  if (rounding === "up") return away;
  const twice = remainder < 0n ? -2n * remainder : 2n * remainder;
  if (twice !== by) return twice > by ? away : quotient;
  return rounding === "half-up" || quotient % 2n !== 0n ? away : quotient;
}

function assertSameCurrency(left: Money, right: Money): void {
  if (left.currency !== right.currency) {
    throw new RangeError(`cannot combine ${left.currency} with ${right.currency}`);
  }
}
