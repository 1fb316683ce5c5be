import fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { currencies } from "./currency.ts";
import { parseDecimal, toDecimal } from "./decimal.ts";
import { money } from "./money.ts";

const prices = new URL("../../../../../shared/data/rates/gsa-hourly-prices-5-year.csv", import.meta.url);

describe("parseDecimal", () => {
  it.each([
    ["1013.38", 101_338n],
    ["1013", 101_300n],
    ["1013.4", 101_340n],
    ["-0.05", -5n],
    ["007", 700n],
    ["90071992547409931234.56", 9_007_199_254_740_993_123_456n],
  ])("reads %s exactly", (text, minor) => {
    expect(parseDecimal(text, "EUR")).toEqual(money(minor, "EUR"));
  });

  it.each(["", "-", ".", "5.", ".5", "+5", "1e3", "1_000", "0x10", " 5", "5 ", "1.2.3", "--5", "NaN", "٥", "1,013.38"])(
    "refuses %j rather than guess",
    (text) => expect(parseDecimal(text, "EUR")).toBeUndefined(),
  );

  it("refuses text too long to be an amount", () => {
    expect(parseDecimal("9".repeat(1_000_000), "EUR")).toBeUndefined();
  });

  it("reads groups only where the caller allows them, and only in threes", () => {
    const grouped = (text: string) => parseDecimal(text, "EUR", { thousandsSeparator: "," })?.minor;
    expect(grouped("1,013.38")).toBe(101_338n);
    expect(grouped("1,234,567")).toBe(123_456_700n);
    expect(["10,13.38", "1,0133.38", ",013", "1,013,", "1,,013", "1.013,38"].map(grouped)).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
    const german = { thousandsSeparator: ".", decimalSeparator: "," } as const;
    expect(parseDecimal("1.013,38", "EUR", german)?.minor).toBe(101_338n);
  });

  it("refuses more digits than the currency has, unless a rounding is named", () => {
    expect(parseDecimal("0.125", "EUR")).toBeUndefined();
    expect(parseDecimal("5.0", "JPY")).toBeUndefined();
    expect(parseDecimal("0.125", "EUR", { rounding: "half-even" })?.minor).toBe(12n);
    expect(parseDecimal("-0.125", "EUR", { rounding: "half-up" })?.minor).toBe(-13n);
    expect(parseDecimal("0.125", "KWD")?.minor).toBe(125n);
  });

  it("reads back every amount it writes, in every currency", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.constantFrom(...currencies), (minor, code) => {
        expect(parseDecimal(toDecimal(money(minor, code)), code)).toEqual(money(minor, code));
      }),
    );
  });

  it("writes all digits of the currency", () => {
    expect([money(5n, "EUR"), money(-5n, "KWD"), money(5n, "JPY"), money(0n, "EUR")].map(toDecimal)).toEqual([
      "0.05",
      "-0.005",
      "5",
      "0.00",
    ]);
  });

  it.skipIf(!existsSync(prices))("reads every real published hourly price (skipped without ../shared/data)", () => {
    // A price is quoted when it holds a thousands separator, and bare when it does not.
    const cells = [...readFileSync(prices, "utf8").matchAll(/"(\d{1,3}(?:,\d{3})+\.\d+)"|\b(\d+\.\d+)\b(?!")/g)].map(
      (match) => match[1] ?? match[2] ?? "",
    );
    const format = { thousandsSeparator: ",", rounding: "half-even" } as const;
    expect(cells.length).toBeGreaterThan(100);
    expect(cells.filter((cell) => parseDecimal(cell, "USD", format) === undefined)).toEqual([]);
  });
});
