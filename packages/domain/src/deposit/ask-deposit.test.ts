import { expect, it } from "vitest";
import { type AskedDeposit, askDeposit, depositIssue } from "./ask-deposit.ts";

const agreed = { currency: "EUR", language: "en" } as const;
const fee = { amountMinor: "1000001", instalments: [] };

it("is a sum as asked, or a share of the fee rounded once", () => {
  expect(askDeposit({ amountMinor: "500" }, { ...agreed, terms: {} })).toMatchObject({ amountMinor: 500n });
  expect(askDeposit({ basisPoints: 3050 }, { ...agreed, terms: { fee } })).toEqual({
    amountMinor: 305_000n,
    because: "30.5 % of the agreed fee of 10000.01 EUR; a later invoice deducts it.",
  });
  expect(askDeposit({ basisPoints: 3000 }, { ...agreed, terms: {} })).toMatchObject({ member: "basisPoints" });
});

it("asks for more than nothing, and together with others for no more than was agreed", () => {
  const issue = (amountMinor: bigint, terms: Parameters<typeof depositIssue>[1]["terms"], askedBefore = 0n) =>
    depositIssue({ amountMinor } as AskedDeposit, { member: "amount", terms, askedBefore, currency: "EUR" })?.reason;
  expect(issue(0n, {})).toBe("A deposit asks for more than nothing.");
  expect(issue(1_000_001n, { fee })).toBeUndefined();
  expect(issue(1n, { fee }, 1_000_001n)).toBe(
    "All deposits of the engagement would come to 10000.02 EUR, which is above the agreed fee of 10000.01 EUR.",
  );
  expect(issue(101n, { cap: { amountMinor: "100" } })).toMatch(/above the agreed cap of 1\.00 EUR/);
  expect(issue(99_999_999n, {})).toBeUndefined();
});
