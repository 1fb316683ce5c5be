import fc from "fast-check";
import { expect, it } from "vitest";
import { exchangeFraction, isRate } from "./exchange.ts";
import { divide } from "./money.ts";

const convert = (minor: bigint, rate: string, from: "EUR" | "JPY" | "KWD", to: "EUR" | "JPY" | "KWD") => {
  const { numerator, denominator } = exchangeFraction(rate, { from, to });
  return divide(minor * numerator, denominator, "half-up");
};

it("bridges currencies of different decimals", () => {
  expect(convert(8_400n, "0.00613", "JPY", "EUR")).toBe(5_149n);
  expect(convert(5_149n, "163.13", "EUR", "JPY")).toBe(8_400n);
  expect(convert(1_000n, "3.25", "KWD", "EUR")).toBe(325n);
});

it("changes nothing at a rate of one", () => {
  const property = fc.property(
    fc.bigInt({ min: 0n, max: 10n ** 18n }),
    (minor) => convert(minor, "1.0000", "EUR", "EUR") === minor,
  );
  expect(() => fc.assert(property)).not.toThrow();
});

it("takes nothing else for a rate", () => {
  expect(["1", "1.0845", "0.000001"].map(isRate)).toEqual([true, true, true]);
  expect(["", "0", "0.00", "-1", "1e3", "1,08", ".5", "1.", "1.00000000000000000001"].filter(isRate)).toEqual([]);
  expect(() => exchangeFraction("0", { from: "EUR", to: "JPY" })).toThrow(RangeError);
});
