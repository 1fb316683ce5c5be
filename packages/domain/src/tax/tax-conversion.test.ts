import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Currency } from "@plumbline/domain/money/currency";
import type { QuotedRate } from "@plumbline/domain/money/exchange";
import { conversionOf, convertBack, convertTax, isConvertible } from "./tax-conversion.ts";

const on = "2026-04-13" as LocalDate;
const quoted = (quote: Currency, rate: string, base: Currency = "EUR"): QuotedRate => ({
  base,
  quote,
  rate,
  on,
  source: "ECB",
});

describe("convertTax", () => {
  // Each worked with pencil: tax × or ÷ rate, then rounded once to the digits of the tax currency.
  it.each([
    [
      "divides by a rate that is quoted for one unit of the tax currency",
      19_000n,
      quoted("USD", "1.1684"),
      "EUR",
      16_262n,
    ],
    ["multiplies when the invoice is in the base", 19_000n, quoted("USD", "1.1684"), "USD", 22_200n],
    ["reads yen as whole yen", 2_423n, quoted("JPY", "186.75"), "EUR", 1_297n],
    ["rounds to whole yen where tax is declared in yen", 19_000n, quoted("JPY", "186.75"), "JPY", 35_483n],
    ["reads dinars to the fils", 1_429n, quoted("KWD", "0.3595"), "EUR", 397n],
    ["keeps the third digit where tax is declared in dinars", 19_000n, quoted("KWD", "0.3595"), "KWD", 68_305n],
    ["rounds a half away from zero", 1n, quoted("USD", "0.5"), "USD", 1n],
    ["and of a negative tax as well", -1n, quoted("USD", "0.5"), "USD", -1n],
    ["never rounds the inverse by itself", 300_000n, quoted("USD", "3"), "EUR", 100_000n],
  ] as const)("%s", (_, taxMinor, rate, to, expected) => {
    expect(convertTax(taxMinor, rate, to)).toBe(expected);
  });
});

describe("conversionOf", () => {
  const fx = { currency: "EUR", fixedAt: "tax_point", rate: quoted("USD", "1.1684") } as const;

  it("says what was converted, and how", () => {
    expect(conversionOf(19_000n, fx)).toEqual({ ...fx, taxMinor: 16_262n });
  });

  it("has nothing to say where no tax is due: reverse charge needs no rate", () => {
    expect(conversionOf(0n, fx)).toBeUndefined();
    expect(isConvertible({ taxMinor: 0n, fx: { currency: "EUR" }, converted: false })).toBe(true);
  });

  it("never takes a rate that is not known for one", () => {
    const unknown = { currency: "EUR", fixedAt: "draft" } as const;
    expect(conversionOf(19_000n, unknown)).toBeUndefined();
    expect(isConvertible({ taxMinor: 19_000n, fx: unknown, converted: false })).toBe(false);
    expect(isConvertible({ taxMinor: 19_000n, fx: { currency: "EUR" }, converted: false })).toBe(false);
    expect(isConvertible({ taxMinor: 19_000n, fx: { currency: "EUR", fixedAt: "issue" }, converted: false })).toBe(
      true,
    );
  });
});

describe("convertBack", () => {
  it("gives back the whole with the last part, whatever the parts were rounded to", () => {
    const at = { currency: "EUR", rate: quoted("USD", "1.3") } as const;
    const billed = { taxMinor: 100n, convertedMinor: convertTax(100n, at.rate, "EUR") };
    const left = { ...billed };
    const parts = [-33n, -33n, -34n].map((part) => {
      const back = convertBack(part, left, at);
      left.taxMinor += part;
      left.convertedMinor += back;
      return back;
    });
    expect(parts).toEqual([-25n, -25n, -27n]);
    expect(left).toEqual({ taxMinor: 0n, convertedMinor: 0n });
  });

  it("never takes back more than is left", () => {
    const at = { currency: "EUR", rate: quoted("USD", "2") } as const;
    // One cent is half a cent, which is one each time; two of three are all there is.
    expect(convertBack(-1n, { taxMinor: 2n, convertedMinor: 0n }, at)).toBe(-0n);
  });
});

const published = new URL("../../../../../shared/data/fx/ecb-reference-rates-2014-2026.csv", import.meta.url);

describe.skipIf(!existsSync(published))("rates as they are published (skipped without ../shared/data)", () => {
  it("convert there and back to within what one rounding can lose", () => {
    const [header = "", ...days] = readFileSync(published, "utf8").trim().split("\n");
    const quotes = header.split(",");
    let converted = 0;
    for (const day of days.filter((_, index) => index % 50 === 0)) {
      const cells = day.split(",");
      for (const [column, quote] of quotes.entries()) {
        const rate = cells[column] ?? "";
        if (!["USD", "JPY", "GBP", "CHF", "ISK", "PLN"].includes(quote) || !/^\d/.test(rate)) continue;
        const at = quoted(quote as Currency, rate);
        const there = convertTax(1_000_000n, at, quote as Currency);
        const back = convertTax(there, at, "EUR");
        // Half a unit of the quote, in cents of the base, and half a cent of the way back.
        const lostMax = convertTax(1n, at, "EUR") + 1n;
        expect(back - 1_000_000n <= lostMax && 1_000_000n - back <= lostMax, `${cells[0]} ${quote} ${rate}`).toBe(true);
        converted += 1;
      }
    }
    expect(converted).toBeGreaterThan(200);
  });
});
