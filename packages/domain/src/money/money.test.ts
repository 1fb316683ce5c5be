import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, allocate, compare, divide, money, negate, type Rounding, scale, subtract } from "./money.ts";

const eur = (minor: bigint) => money(minor, "EUR");
const amounts = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const weightLists = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { minLength: 1, maxLength: 30 })
  .filter((weights) => weights.some((weight) => weight > 0n));
const minors = (parts: readonly { minor: bigint }[]) => parts.map((part) => part.minor);
const absolute = (value: bigint) => (value < 0n ? -value : value);

describe("money", () => {
  it("refuses to combine two currencies, because that is a bug and never an amount", () => {
    expect(() => add(eur(1n), money(1n, "USD"))).toThrow("cannot combine EUR with USD");
    expect(() => subtract(eur(1n), money(1n, "USD"))).toThrow(RangeError);
    expect(() => compare(eur(1n), money(1n, "USD"))).toThrow(RangeError);
  });

  it("adds, subtracts, negates and orders exactly at any size", () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        expect(subtract(add(eur(a), eur(b)), eur(b))).toEqual(eur(a));
        expect(add(eur(a), negate(eur(a))).minor).toBe(0n);
        expect(Math.sign(compare(eur(a), eur(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it("prices 7 h 20 min at 155.00 as 1136.67, rounding once", () => {
    expect(scale(eur(15_500n), 440n, 60n, "half-up")).toEqual(eur(113_667n));
  });
});

describe("divide", () => {
  it.each([
    // value, half-even, half-up, down, up; all divided by 2 or 3 around a half and a third
    [5n, 2n, 2n, 3n, 2n, 3n],
    [7n, 2n, 4n, 4n, 3n, 4n],
    [-5n, 2n, -2n, -3n, -2n, -3n],
    [-7n, 2n, -4n, -4n, -3n, -4n],
    [7n, 3n, 2n, 2n, 2n, 3n],
    [8n, 3n, 3n, 3n, 2n, 3n],
    [-8n, 3n, -3n, -3n, -2n, -3n],
    [6n, 3n, 2n, 2n, 2n, 2n],
    [1n, 1_000n, 0n, 0n, 0n, 1n],
  ])("rounds %s / %s half-even, half-up, down and up as named", (value, by, halfEven, halfUp, down, up) => {
    const rounded = (["half-even", "half-up", "down", "up"] as const).map((name) => divide(value, by, name));
    expect(rounded).toEqual([halfEven, halfUp, down, up]);
  });

  it("treats a credit exactly as its invoice in every rounding", () => {
    const roundings = fc.constantFrom<Rounding>("half-even", "half-up", "down", "up");
    fc.assert(
      fc.property(amounts, fc.bigInt({ min: 1n, max: 10n ** 6n }), roundings, (value, by, rounding) => {
        const quotient = divide(value, by, rounding);
        expect(divide(-value, by, rounding)).toBe(-quotient);
        expect(absolute(quotient * by - value) < by).toBe(true);
        if (rounding.startsWith("half")) expect(2n * absolute(quotient * by - value) <= by).toBe(true);
      }),
    );
  });

  it("refuses a divisor that is not positive", () => {
    expect(() => divide(1n, 0n, "down")).toThrow(RangeError);
    expect(() => scale(eur(1n), 1n, -1n, "down")).toThrow(RangeError);
  });
});

describe("allocate", () => {
  it("gives the cents left over to the largest remainders, not to the first parts", () => {
    // Exact shares are 1.1, 1.1 and 7.8: first-come would give the cent to the first part.
    expect(minors(allocate(eur(10n), [11n, 11n, 78n]))).toEqual([1n, 1n, 8n]);
  });

  it("breaks ties in favour of the earliest part", () => {
    expect(minors(allocate(eur(100n), [1n, 1n, 1n]))).toEqual([34n, 33n, 33n]);
    expect(minors(allocate(eur(-100n), [1n, 1n, 1n]))).toEqual([-34n, -33n, -33n]);
  });

  it("always sums to the whole, never strays a cent from the exact share, and gives nothing to a zero weight", () => {
    fc.assert(
      fc.property(amounts, weightLists, (amount, weights) => {
        const parts = minors(allocate(eur(amount), weights));
        const total = weights.reduce((sum, weight) => sum + weight, 0n);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        for (const [index, part] of parts.entries()) {
          const weight = weights[index] ?? 0n;
          expect(absolute(part * total - amount * weight) < total).toBe(true);
          if (weight === 0n) expect(part).toBe(0n);
        }
      }),
    );
  });

  it("never rounds up a part that lost less than one it rounded down", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 9n }), weightLists, (amount, weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0n);
        const parts = minors(allocate(eur(amount), weights));
        const fate = weights.map((weight, index) => ({
          lost: (amount * weight) % total,
          raised: parts[index] !== (amount * weight) / total,
        }));
        const raised = fate.filter((part) => part.raised).map((part) => part.lost);
        const kept = fate.filter((part) => !part.raised).map((part) => part.lost);
        expect(raised.every((up) => kept.every((down) => up >= down))).toBe(true);
      }),
    );
  });

  it("refuses negative weights and weights that sum to nothing", () => {
    expect(() => allocate(eur(1n), [2n, -1n])).toThrow(RangeError);
    expect(() => allocate(eur(1n), [0n])).toThrow(RangeError);
    expect(() => allocate(eur(1n), [])).toThrow(RangeError);
  });
});
