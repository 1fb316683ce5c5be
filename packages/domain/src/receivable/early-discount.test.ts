import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocalDate } from "../calendar/local-date.ts";
import { discountTaxes, earlyDiscount, earlyShare, type TaxedSum } from "./early-discount.ts";

const day = (text: string) => text as LocalDate;
const tiers = [
  { days: 7, basisPoints: 300 },
  { days: 20, basisPoints: 100 },
];

describe("a discount for paying early", () => {
  it.each([
    ["2026-11-03", 300],
    ["2026-11-10", 300],
    ["2026-11-11", 100],
    ["2026-11-23", 100],
    ["2026-11-24", 0],
  ])("for money that comes in on %s is %i", (on, share) => {
    expect(earlyShare(tiers, { issuedOn: day("2026-11-03"), receivedOn: day(on) })).toBe(share);
  });

  it("rounds once, half up", () => {
    expect(earlyDiscount(25n, 200)).toBe(1n);
    expect(earlyDiscount(24n, 200)).toBe(0n);
  });
});

describe("the tax in a discount", () => {
  it("is divided among the rates by what each charges, and of each the share it has there", () => {
    const sums: TaxedSum[] = [
      { category: "S", basisPoints: 1900, baseMinor: 100_000n, taxMinor: 19_000n },
      { category: "S", basisPoints: 700, baseMinor: 20_000n, taxMinor: 1_400n },
      { category: "E", basisPoints: 0, baseMinor: 10_000n, taxMinor: 0n },
      { category: "S", basisPoints: 1600, baseMinor: -5_000n, taxMinor: -800n },
    ];
    // 30.08 of 1504.00: 23.80, 4.28 and 2.00.
    expect(discountTaxes(3_008n, sums, "EUR")).toEqual([
      { category: "S", basisPoints: 1900, minor: 380n },
      { category: "S", basisPoints: 700, minor: 28n },
    ]);
    expect(discountTaxes(100n, [], "EUR")).toEqual([]);
  });

  it("is never more than the discount, and off by no more than a minor unit for each rate", () => {
    const sum = fc.record({
      category: fc.constant("S" as const),
      basisPoints: fc.integer({ min: 0, max: 2_700 }),
      baseMinor: fc.bigInt({ min: 0n, max: 10_000_000n }),
    });
    const invoices = fc
      .array(sum, { minLength: 1, maxLength: 5 })
      .map((of) => of.map((each) => ({ ...each, taxMinor: (each.baseMinor * BigInt(each.basisPoints)) / 10_000n })));
    fc.assert(
      fc.property(invoices, fc.integer({ min: 1, max: 9_999 }), (sums, share) => {
        const total = (of: readonly bigint[]) => of.reduce((left, right) => left + right, 0n);
        const gross = total(sums.flatMap(({ baseMinor, taxMinor }) => [baseMinor, taxMinor]));
        const discount = earlyDiscount(gross, share);
        const tax = total(discountTaxes(discount, sums, "EUR").map(({ minor }) => minor));
        expect(tax).toBeLessThanOrEqual(discount);
        const exact =
          Number(total(sums.map(({ taxMinor }) => taxMinor)) * discount) / Number(gross === 0n ? 1n : gross);
        expect(Math.abs(Number(tax) - exact)).toBeLessThanOrEqual(2 * sums.length);
      }),
    );
  });
});
