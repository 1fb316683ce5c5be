import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { summariseTax, type TaxableLine } from "./tax-summary.ts";

const s = (netMinor: bigint, basisPoints = 1900): TaxableLine => ({ category: "S", basisPoints, netMinor });
const other = (category: TaxableLine["category"], netMinor: bigint): TaxableLine => ({
  category,
  basisPoints: 0,
  netMinor,
});

describe("summariseTax", () => {
  it("comes to another cent when each line is taxed by itself, also for a credit", () => {
    const taxOf = (nets: bigint[], per: "document" | "line") =>
      summariseTax(
        nets.map((net) => s(net)),
        "half-up",
        per,
      ).totals.map(({ taxMinor }) => taxMinor);
    expect(taxOf([2008n, 2008n, 2005n], "document")).toEqual([1144n]);
    expect(taxOf([2008n, 2008n, 2005n], "line")).toEqual([1145n]);
    expect(taxOf([-2008n, -2008n, -2005n], "line")).toEqual([-1145n]);
  });

  it("taxes the summed base once, where taxing each line would be a cent off", () => {
    // 19 % of 0.13 is 0.0247: rounded per line that is 3 × 0.02, on the sum 0.07.
    expect(summariseTax([s(13n), s(13n), s(13n)], "half-up", "document").totals).toEqual([
      { category: "S", basisPoints: 1900, baseMinor: 39n, taxMinor: 7n },
    ]);
  });

  it("keeps rates and categories apart and lists them in a fixed order", () => {
    const { totals, issues } = summariseTax(
      [other("AE", 500n), s(100n, 700), s(100n), other("E", 1n), s(-50n)],
      "half-up",
      "document",
    );
    expect(
      totals.map((total) => `${total.category} ${total.basisPoints} ${total.baseMinor} ${total.taxMinor}`),
    ).toEqual(["S 1900 50 10", "S 700 100 7", "E 0 1 0", "AE 0 500 0"]);
    expect(issues).toEqual([]);
  });

  it("gives the same totals in whatever order the lines come, and bases that sum to the net", () => {
    const line = fc.record({
      category: fc.constantFrom("S" as const),
      basisPoints: fc.constantFrom(1900, 700),
      netMinor: fc.bigInt({ min: -100_000n, max: 1_000_000n }),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const { totals } = summariseTax(lines, "half-up", "document");
        expect(summariseTax(lines.toReversed(), "half-up", "document").totals).toEqual(totals);
        expect(totals.reduce((sum, total) => sum + total.baseMinor, 0n)).toBe(
          lines.reduce((sum, each) => sum + each.netMinor, 0n),
        );
      }),
    );
  });

  it("refuses work outside the scope of tax beside any other", () => {
    const codes = (lines: TaxableLine[]) =>
      summariseTax(lines, "half-up", "document").issues.map((issue) => issue.code);
    expect(codes([other("O", 1n), s(1n)])).toEqual(["tax_categories_mixed"]);
    expect(codes([other("O", 1n), other("O", 2n)])).toEqual([]);
  });

  it("refuses a rate where the category has none, and none where it has one", () => {
    const { issues } = summariseTax(
      [s(1n, 0), { category: "AE", basisPoints: 1900, netMinor: 1n }],
      "half-up",
      "document",
    );
    expect(issues.map((issue) => issue.message)).toEqual([
      "Category S, Standard rate, cannot bear 0 %.",
      "Category AE, Reverse charge, cannot bear 19 %.",
    ]);
  });

  it("has nothing to say about an empty invoice", () => {
    expect(summariseTax([], "half-up", "document")).toEqual({ totals: [], issues: [] });
  });
});
