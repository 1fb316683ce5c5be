import fc from "fast-check";
import { expect, it } from "vitest";
import { creditorReferenceOf, readCreditorReference } from "./creditor-reference.ts";

it("reads the example of the standard, however it is spaced, and no mistyped one", () => {
  expect(readCreditorReference("RF18 5390 0754 7034")).toBe("539007547034");
  expect(readCreditorReference("rf18539007547034")).toBe("539007547034");
  expect(readCreditorReference("RF18 5390 0754 7043")).toBeUndefined();
  expect(readCreditorReference("RF19539007547034")).toBeUndefined();
  expect(readCreditorReference("539007547034")).toBeUndefined();
});

it("makes a reference that is read back, for every number that fits", () => {
  const sign = fc.constantFrom(..."ABCXYZ0189");
  fc.assert(
    fc.property(fc.array(sign, { minLength: 1, maxLength: 21 }), (signs) => {
      const number = signs.join("");
      expect(readCreditorReference(creditorReferenceOf(number) as string)).toBe(number);
    }),
  );
  expect(creditorReferenceOf("539007547034")).toBe("RF18539007547034");
  expect(creditorReferenceOf("X".repeat(22))).toBeUndefined();
  expect(creditorReferenceOf("–")).toBeUndefined();
});
