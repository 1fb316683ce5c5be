import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Currency } from "@plumbline/domain/money/currency";
import { lineNet } from "@plumbline/domain/rating/line-net";
import { summariseTax, type TaxTotal } from "@plumbline/domain/tax/tax-summary";
import { type CreditableLine, type CreditAsk, type CreditedLine, creditLines } from "./credit-lines.ts";
import { creditTaxes } from "./credit-taxes.ts";

const line = (of: Partial<CreditableLine> & { readonly minutes: number }): CreditableLine => {
  const { minutes, priceMinor = 10_000n, retainedMinor = 0n } = of;
  const netMinor = of.netMinor ?? lineNet({ quantity: String(minutes), priceMinor, priceBase: 60 });
  return {
    position: 1,
    quantity: String(minutes),
    unit: "minute",
    priceMinor,
    priceBase: 60,
    taxCategory: "S",
    taxBasisPoints: 1900,
    netMinor,
    retainedMinor,
    left: { quantity: String(minutes), minutes, netMinor, retainedMinor },
    ...of,
  };
};

/** The line after a credit note took something of it. */
const after = (
  of: CreditableLine,
  { quantityBack, minutes, netMinor, retainedMinor }: CreditedLine,
): CreditableLine => ({
  ...of,
  left: {
    quantity: String(Number(of.left.quantity) - Number(quantityBack)),
    minutes: of.left.minutes + minutes,
    netMinor: of.left.netMinor + netMinor,
    retainedMinor: of.left.retainedMinor + retainedMinor,
  },
});

const taxed = (lines: readonly { readonly netMinor: bigint }[]): readonly TaxTotal[] =>
  summariseTax(
    lines.map(({ netMinor }) => ({ category: "S" as const, basisPoints: 1900, netMinor })),
    "half-up",
    "document",
  ).totals;
const lessTaxes = (left: readonly TaxTotal[], back: readonly TaxTotal[]): TaxTotal[] =>
  left.map((total, index) => ({
    ...total,
    baseMinor: total.baseMinor + (back[index]?.baseMinor ?? 0n),
    taxMinor: total.taxMinor + (back[index]?.taxMinor ?? 0n),
  }));

describe("a credit of lines", () => {
  it("names every fault and takes nothing when there is one", () => {
    const lines = [line({ minutes: 60 }), line({ position: 2, minutes: 60 })];
    const concession = "concession" as const;
    const { credited, issues } = creditLines(lines, [
      { position: 1, treatment: concession, quantity: "30" },
      { position: 1, treatment: concession },
      { position: 2, treatment: concession, quantity: "1.5" },
      { position: 3, treatment: concession },
    ]);
    expect(credited).toEqual([]);
    expect(issues).toEqual([
      { position: 1, code: "named_twice" },
      { position: 2, code: "minutes_are_whole" },
      { position: 3, code: "line_unknown" },
    ]);
  });

  it.each<readonly [string, Omit<CreditAsk, "position">]>([
    ["not_positive", { treatment: "concession", quantity: "0" }],
    ["not_positive", { treatment: "concession", quantity: "-5" }],
    ["above_quantity", { treatment: "concession", quantity: "61" }],
    ["two_measures", { treatment: "concession", quantity: "1", amount: { minor: 1n, currency: "EUR" as Currency } }],
    ["above_amount", { treatment: "concession", amount: { minor: 10_001n, currency: "EUR" as Currency } }],
    ["amount_takes_no_work", { treatment: "rebillable", amount: { minor: 1n, currency: "EUR" as Currency } }],
  ])("refuses what is %s", (code, ask) => {
    expect(creditLines([line({ minutes: 60 })], [{ position: 1, ...ask }]).issues).toEqual([{ position: 1, code }]);
  });

  it("credits a line of less than nothing whole or not at all, as its mirror", () => {
    const deduction = line({ minutes: 0, unit: "each", netMinor: -500n, priceMinor: 500n, priceBase: 1 });
    const of = { ...deduction, left: { ...deduction.left, quantity: "-1" } };
    const part = creditLines([of], [{ position: 1, treatment: "concession", quantity: "0.5" }]);
    expect(part.issues).toEqual([{ position: 1, code: "whole_only" }]);
    const { credited } = creditLines([of], [{ position: 1, treatment: "concession" }]);
    expect(credited).toMatchObject([{ quantity: "1", priceMinor: 500n, netMinor: 500n }]);
  });

  it("never goes below nothing in parts, and with the last part leaves exactly nothing", () => {
    const parts = fc.array(fc.record({ minutes: fc.integer({ min: 1, max: 400 }), cents: fc.bigInt(1n, 9_999n) }), {
      maxLength: 8,
    });
    const price = fc.bigInt(1n, 99_999n);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        price,
        fc.bigInt(0n, 100n),
        parts,
        (minutes, priceMinor, bp, asks) => {
          let now = line({ minutes, priceMinor });
          now = { ...now, retainedMinor: (now.netMinor * bp) / 100n };
          now = { ...now, left: { ...now.left, retainedMinor: now.retainedMinor } };
          let taxes = taxed([now]);
          const take = (ask: Omit<CreditAsk, "position">) => {
            const { credited } = creditLines([now], [{ position: 1, ...ask }]);
            if (credited.length === 0) return;
            const back = creditTaxes(credited, taxes, "document");
            now = after(now, credited[0] as CreditedLine);
            taxes = lessTaxes(taxes, back);
            expect(now.left.netMinor >= 0n && now.left.retainedMinor >= 0n && now.left.minutes >= 0).toBe(true);
            expect((taxes[0] as TaxTotal).taxMinor >= 0n).toBe(true);
          };
          for (const { minutes: quantity, cents } of asks) {
            take({ treatment: "rebillable", quantity: String(quantity) });
            take({ treatment: "concession", amount: { minor: cents, currency: "EUR" as Currency } });
          }
          take({ treatment: "rebillable" });
          expect(now.left).toEqual({ quantity: "0", minutes: 0, netMinor: 0n, retainedMinor: 0n });
          expect(taxes).toMatchObject([{ baseMinor: 0n, taxMinor: 0n }]);
        },
      ),
    );
  });

  it("and what is billed anew come to the right invoice", () => {
    const rate = fc.bigInt(1n, 99_999n);
    const work = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(work, rate, rate, (minutes, wrong, right) => {
        const bill = (priceMinor: bigint) =>
          minutes.map((of, index) => line({ position: index + 1, minutes: of, priceMinor }));
        const totalOf = (nets: readonly { readonly netMinor: bigint }[], taxes: readonly TaxTotal[]) =>
          [...nets.map(({ netMinor }) => netMinor), ...taxes.map(({ taxMinor }) => taxMinor)].reduce(
            (a, b) => a + b,
            0n,
          );
        const [billed, rebilled] = [bill(wrong), bill(right)];
        const { credited } = creditLines(
          billed,
          billed.map(({ position }) => ({ position, treatment: "rebillable" })),
        );
        const [first, back, second] = [
          taxed(billed),
          creditTaxes(credited, taxed(billed), "document"),
          taxed(rebilled),
        ];
        const sum = totalOf(billed, first) + totalOf(credited, back) + totalOf(rebilled, second);
        expect(sum).toBe(totalOf(rebilled, second));
        // Work and money are taken back together: the credit is the mirror of what it corrects, line by line.
        expect(credited.map(({ netMinor, minutes: of }) => [-netMinor, -of])).toEqual(
          billed.map(({ netMinor }, index) => [netMinor, minutes[index]]),
        );
      }),
    );
  });
});
