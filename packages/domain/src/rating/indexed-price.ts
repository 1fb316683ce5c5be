import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Indexation } from "@plumbline/domain/engagement/time-terms";
import { divide } from "@plumbline/domain/money/money";

/** What raised a rate: the steps that count, the last of them for an index. */
export type Raised = { readonly priceMinor: bigint; readonly steps: readonly RaisedStep[] };
export type RaisedStep = { readonly from: LocalDate } & (
  | { readonly basisPoints: number }
  | { readonly value: string; readonly base: string }
);

/**
 * The price of a rate on a day, after what was agreed raised it. A rate that began on the day of a step or later was
 * agreed at that level and is not raised by it. Several raises multiply exactly and are rounded once, as agreed.
 *
 * @returns undefined when nothing raises it
 */
export function raisedPrice(
  rate: { readonly priceMinor: bigint; readonly from: LocalDate },
  agreed: Indexation,
  on: LocalDate,
): Raised | undefined {
  const steps = "raises" in agreed ? raisesOf(agreed.raises, rate.from, on) : valueOf(agreed, rate.from, on);
  if (steps.length === 0) return undefined;
  const [numerator, denominator] = steps.reduce(
    ([above, below], step) => {
      if ("basisPoints" in step) return [above * BigInt(10_000 + step.basisPoints), below * 10_000n];
      const [value, base] = sameDigits(step.value, step.base);
      return [above * value, below * base];
    },
    [1n, 1n],
  );
  const unit = BigInt(agreed.toMinor);
  const priceMinor = divide(rate.priceMinor * numerator, denominator * unit, agreed.rounding) * unit;
  return { priceMinor, steps };
}

const raisesOf = (raises: readonly { from: LocalDate; basisPoints: number }[], since: LocalDate, on: LocalDate) =>
  raises.filter(({ from }) => since < from && from <= on);

function valueOf(agreed: Extract<Indexation, { index: string }>, since: LocalDate, on: LocalDate): RaisedStep[] {
  const now = agreed.values.findLast(({ from }) => since < from && from <= on);
  const base = agreed.values.findLast(({ from }) => from <= since)?.value ?? agreed.base;
  return now === undefined ? [] : [{ ...now, base }];
}

/** Two decimals as whole numbers of the same unit: 119.9 and 117.35 are 11990 and 11735. */
function sameDigits(left: string, right: string): readonly [bigint, bigint] {
  const digits = Math.max(fraction(left).length, fraction(right).length);
  const whole = (text: string) => BigInt((text.split(".")[0] ?? "") + fraction(text).padEnd(digits, "0"));
  return [whole(left), whole(right)];
}

const fraction = (text: string): string => text.split(".")[1] ?? "";
