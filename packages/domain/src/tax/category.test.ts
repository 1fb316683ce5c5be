import { expect, it } from "vitest";
import { isTaxCategory, taxCategories } from "./category.ts";

it("knows exactly the categories of EN 16931 that services and goods can have, and rates only one of them", () => {
  const table = Object.entries(taxCategories).map(([code, { rateApplies }]) => `${code}${rateApplies ? " rated" : ""}`);
  expect(table).toEqual(["S rated", "Z", "E", "AE", "K", "G", "O"]);
  expect(["S", "AE", "s", "", "toString"].filter(isTaxCategory)).toEqual(["S", "AE"]);
});
