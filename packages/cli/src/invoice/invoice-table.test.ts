import fc from "fast-check";
import { expect, it } from "vitest";
import { addDecimals, sums } from "./invoice-table.ts";

const total = (amount: string, currency: string) => ({ total: { amount, currency } });

it("adds amounts of one currency and never across", () => {
  expect(sums([total("1000.10", "EUR"), total("0.90", "EUR"), total("500", "JPY")])).toEqual([
    "1\u202F001.00 EUR",
    "500 JPY",
  ]);
  expect(sums([])).toEqual([]);
});

it("adds exactly, whatever the sign and the number of digits", () => {
  const cents = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
  const decimal = (minor: bigint) => {
    const digits = (minor < 0n ? -minor : minor).toString().padStart(3, "0");
    return `${minor < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  };
  fc.assert(
    fc.property(fc.array(cents, { minLength: 1, maxLength: 8 }), (amounts) => {
      expect(addDecimals(amounts.map(decimal))).toBe(decimal(amounts.reduce((sum, each) => sum + each, 0n)));
    }),
  );
});
