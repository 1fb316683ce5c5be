import fc from "fast-check";
import { expect, it } from "vitest";
import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { feeIssues, type FeeShare, instalmentsOf } from "./fixed-fee.ts";
import { areTerms } from "./terms.ts";

const first = "2026-10-01" as LocalDate;

/** Positive shares that come to the whole. */
const shares = fc
  .uniqueArray(fc.integer({ min: 1, max: 9_999 }), { maxLength: 11 })
  .map((cuts) => [0, ...cuts.toSorted((left, right) => left - right), 10_000])
  .map((cuts) => cuts.slice(1).map((cut, index) => cut - (cuts[index] ?? 0)));

it("loses no cent of the fee, whatever its shares and in whatever order they are said", () => {
  const property = fc.property(shares, fc.bigInt({ min: 1n, max: 10n ** 15n }), ([...parts], minor) => {
    const instalments = parts.map((basisPoints, index): FeeShare => ({ dueOn: addDays(first, index), basisPoints }));
    const fee = { amountMinor: String(minor), instalments };
    expect(feeIssues(fee)).toEqual([]);
    const split = instalmentsOf(fee, "EUR");
    expect(split.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(minor);
    expect(split.map(({ number }) => number)).toEqual(parts.map((_, index) => index + 1));
    expect(instalmentsOf({ ...fee, instalments: instalments.toReversed() }, "EUR")).toEqual(split);
  });
  expect(() => fc.assert(property)).not.toThrow();
});

it("says in a sentence what contradicts itself", () => {
  const issues = (...instalments: FeeShare[]) => feeIssues({ amountMinor: "10000", instalments });
  const share = (basisPoints: number): FeeShare => ({ dueOn: first, basisPoints });
  const amount = (amountMinor: string): FeeShare => ({ dueOn: first, amountMinor });
  expect([
    issues(),
    issues(share(5_000), amount("5000")),
    issues(share(6_000), share(6_000)),
    issues(amount("9999")),
    issues(amount("4000"), amount("6000")),
  ]).toEqual([
    ["a fixed fee needs at least one instalment"],
    ["the instalments must all be shares of the fee or all be amounts"],
    ["the instalments come to 120 % of the fee; they must come to 100 %"],
    ["the instalments come to less than the fee; they must come to all of it"],
    [],
  ]);
});

it("is no part of terms that can be billed by, when it or the holdback is broken", () => {
  const terms = {
    time: { basis: "fixed_fee", increment: { minutes: 1, per: "entry" } },
    paymentTermsDays: 30,
    fee: { amountMinor: "10000", instalments: [{ dueOn: first, basisPoints: 10_000 }] },
    holdbackBasisPoints: 500,
  };
  const broken = [
    { ...terms, fee: { amountMinor: "10000", instalments: [] } },
    { ...terms, holdbackBasisPoints: 10_000 },
    { ...terms, holdbackBasisPoints: 0 },
  ];
  expect([terms, ...broken].map(areTerms)).toEqual([true, false, false, false]);
});
