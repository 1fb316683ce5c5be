import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaxableLine } from "@plumbline/domain/tax/tax-summary";
import { signedMinor } from "./adjustment.ts";
import { invoiceAdjustments } from "./invoice-adjustment.ts";
import { chargeNet, lineAdjustments } from "./line-adjustment.ts";
import { lineNet } from "./line-net.ts";

const fee = (netMinor: bigint, basisPoints = 1900): TaxableLine => ({ category: "S", basisPoints, netMinor });
const context = { currency: "EUR", language: "en" } as const;

describe("what is taken off an invoice of several rates", () => {
  it("is divided in proportion, by largest remainder", () => {
    const fees = [fee(10_000n), fee(10_000n, 700), fee(10_000n, 0)];
    const parts = invoiceAdjustments([{ kind: "allowance", on: "invoice", amountMinor: "100" }], { ...context, fees });
    expect(parts.map(({ basisPoints, amountMinor }) => [basisPoints, amountMinor])).toEqual([
      [1900, 34n],
      [700, 33n],
      [0, 33n],
    ]);
  });

  it("stays with the rate it was agreed for", () => {
    const fees = [fee(10_000n), fee(5_000n, 700)];
    const agreed = { kind: "allowance", on: "invoice", basisPoints: 1_000, taxedAt: 700 } as const;
    expect(invoiceAdjustments([agreed], { ...context, fees })).toMatchObject([
      { basisPoints: 700, amountMinor: 500n, because: "10 % of 50.00 EUR as agreed; on what bears 7 %" },
    ]);
    expect(invoiceAdjustments([agreed], { ...context, fees: [fee(10_000n)] })).toEqual([]);
  });

  it("is never more than there are fees, whatever comes together, and no part is lost", () => {
    const minor = fc.bigInt({ min: 1n, max: 10n ** 9n });
    const lines = fc.array(fc.record({ netMinor: minor, rate: fc.constantFrom(0, 700, 1900) }), { minLength: 1 });
    fc.assert(
      fc.property(lines, minor, fc.integer({ min: 1, max: 10_000 }), (of, amount, basisPoints) => {
        const fees = of.map(({ netMinor, rate }) => fee(netMinor, rate));
        const total = fees.reduce((sum, { netMinor }) => sum + netMinor, 0n);
        const parts = invoiceAdjustments(
          [
            { kind: "allowance", on: "invoice", basisPoints },
            { kind: "allowance", on: "invoice", amountMinor: String(amount) },
          ],
          { ...context, fees },
        );
        const off = parts.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
        const share = (total * BigInt(basisPoints) * 2n + 10_000n) / 20_000n;
        const wanted = share + amount;
        expect(off).toBe(wanted < total ? wanted : total);
      }),
    );
  });
});

it("a line less what is taken off and more what is added is the net that rounded once", () => {
  const share = fc.record({
    kind: fc.constantFrom("allowance" as const, "surcharge" as const),
    basisPoints: fc.integer({ min: 1, max: 3_000 }),
    code: fc.constant("95"),
    reason: fc.constant("as agreed"),
    language: fc.constant("en"),
  });
  const minutes = fc.integer({ min: 1, max: 10_000 });
  const price = fc.bigInt({ min: 1n, max: 100_000n });
  fc.assert(
    fc.property(minutes, price, fc.array(share, { maxLength: 3 }), (quantity, priceMinor, shares) => {
      const line = { quantity: String(quantity), priceMinor, priceBase: 60, shares };
      const adjusted = lineAdjustments(line, "EUR").reduce((sum, each) => sum + signedMinor(each), 0n);
      expect(lineNet(line) + adjusted).toBe(chargeNet(line));
    }),
  );
});
