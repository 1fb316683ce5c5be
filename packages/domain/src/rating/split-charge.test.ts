import { assert, array, bigInt, boolean, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import type { EngagementId, WorkItemId } from "@plumbline/domain/id";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type BearingPart, parseShare, shareText, splitShares } from "@plumbline/domain/engagement/split";
import type { Charge } from "./charge.ts";
import { chargeNet, lineAdjustments } from "./line-adjustment.ts";
import { splitCharge } from "./split-charge.ts";

const chargeOf = (line: Partial<Charge>): Charge => ({
  engagementId: "e" as EngagementId,
  projectId: undefined,
  on: "2026-10-05" as LocalDate,
  nature: "fee",
  description: "Work",
  quantity: "1",
  unit: "each",
  minutes: 0,
  priceMinor: 0n,
  priceBase: 1,
  rateId: undefined,
  retainedMinor: 0n,
  tax: undefined,
  because: "agreed",
  claims: [],
  ...line,
});

const partsOf = (weights: readonly number[]): BearingPart[] => {
  const of = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight, index) => ({
    position: index + 1,
    weight,
    of,
    splitId: "s",
    orderId: undefined,
    costCentre: undefined,
  }));
};

const inEuro = { currency: "EUR", language: "en" } as const;

const claimOf = (minutes: number, index: number) => ({
  work: { id: `w${index}` as WorkItemId, version: 1, minutes, share: 0 },
  minutes,
  billedMinutes: minutes + 7,
});

const cases = record({
  weights: array(integer({ min: 1, max: 100_000 }), { minLength: 2, maxLength: 12 }),
  price: bigInt({ min: 1n, max: 10n ** 12n }),
  entries: array(integer({ min: 0, max: 1_440 }), { minLength: 1, maxLength: 8 }),
  negative: boolean(),
  discount: integer({ min: 0, max: 9_999 }),
  holdback: integer({ min: 0, max: 9_999 }),
});

/** |part × of − whole × weight| < of: less than one unit off the exact share. */
const near = (part: bigint, whole: bigint, { weight, of }: BearingPart) => {
  const off = part * BigInt(of) - whole * BigInt(weight);
  return (off < 0n ? -off : off) < BigInt(of);
};

const sum = (parts: readonly bigint[]) => parts.reduce((total, part) => total + part, 0n);

describe("splitCharge", () => {
  it("divides nets, discounts, minutes and what is held back so that nothing is lost or a unit off", () => {
    assert(
      property(cases, ({ weights, price, entries, negative, discount, holdback }) => {
        const claims = entries.map(claimOf);
        const minutes = claims.reduce((total, { billedMinutes }) => total + billedMinutes, 0);
        const share = { kind: "allowance" as const, basisPoints: discount, code: "95", reason: "r", language: "en" };
        const time = { unit: "minute" as const, minutes, quantity: String(minutes), priceBase: 60 };
        const charge = chargeOf({
          ...(negative ? { quantity: "-1" } : time),
          priceMinor: price,
          claims,
          shares: [share],
        });
        const net = chargeNet(charge);
        const whole = { ...charge, retainedMinor: (net * BigInt(holdback)) / 10_000n };
        const bearing = partsOf(weights);
        const parts = splitCharge(whole, bearing, inEuro);

        expect(sum(parts.map(chargeNet))).toBe(net);
        expect(sum(parts.map(({ retainedMinor }) => retainedMinor))).toBe(whole.retainedMinor);
        expect(sum(parts.flatMap((part) => lineAdjustments(part, "EUR").map(({ amountMinor }) => amountMinor)))).toBe(
          sum(lineAdjustments(whole, "EUR").map(({ amountMinor }) => amountMinor)),
        );
        for (const [index, part] of parts.entries()) {
          const bears = bearing[index] as BearingPart;
          expect(near(chargeNet(part), net, bears)).toBe(true);
          expect(part.retainedMinor < 0n).toBe(part.retainedMinor < 0n && net < 0n);
          const [kept, all] = [part.retainedMinor, chargeNet(part)].map((value) => (value < 0n ? -value : value));
          expect(kept as bigint).toBeLessThanOrEqual(all as bigint);
          for (const [at, claim] of part.claims.entries()) {
            expect(near(BigInt(claim.minutes), BigInt(claims[at]?.minutes ?? 0), bears)).toBe(true);
          }
        }
        for (const [at, claim] of claims.entries()) {
          const taken = parts.map((part) => part.claims[at]);
          expect(sum(taken.map((each) => BigInt(each?.minutes ?? 0)))).toBe(BigInt(claim.minutes));
          expect(sum(taken.map((each) => BigInt(each?.billedMinutes ?? 0)))).toBe(BigInt(claim.billedMinutes));
        }
      }),
    );
  });

  it("says which share of what it is", () => {
    const [first] = splitCharge(chargeOf({ priceMinor: 10_000n }), partsOf([1, 2]), inEuro);
    expect(first).toMatchObject({
      description: "Work (1/3)",
      because: "agreed; this is 1/3 of 100.00 EUR, as it was agreed to split it",
      priceMinor: 3333n,
    });
  });
});

describe("shares", () => {
  it.each([
    ["1/3", "1/3"],
    ["40%", "40 %"],
    ["33.33 %", "33.33 %"],
    ["2/4", "50 %"],
  ])("reads %s as %s", (text, said) => {
    const { weight, of } = parseShare(text) ?? { weight: 0n, of: 1n };
    expect(shareText({ weight: Number(weight), of: Number(of) })).toBe(said);
  });

  it.each(["", "0%", "100%", "3/3", "4/3", "1/0", "-1/3", "a third", "33.333%"])("refuses “%s”", (text) => {
    expect(parseShare(text)).toBeUndefined();
  });

  const sharesOf = (...texts: readonly string[]) =>
    splitShares(texts.map((text) => parseShare(text) ?? { weight: 0n, of: 1n }));

  it("takes them over one denominator when they are the whole, and says why not otherwise", () => {
    expect(sharesOf("1/3", "50%", "1/6")).toEqual({
      shares: [
        { position: 1, weight: 2, of: 6 },
        { position: 2, weight: 3, of: 6 },
        { position: 3, weight: 1, of: 6 },
      ],
    });
    expect(sharesOf("33.33%", "33.33%", "33.33%")).toEqual({ reason: "the shares sum to 99.99 %, not to 100 %" });
    expect(sharesOf("50%")).toEqual({ reason: "a split has two parts or more" });
    expect(sharesOf("1/999983", "999982/999983", "1/7")).toMatchObject({
      reason: expect.stringContaining("denominator"),
    });
  });
});
