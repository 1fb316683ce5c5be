import { expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { disbursementTax } from "./disbursement-tax.ts";

it("is outside the scope of tax everywhere, under the law of the seller's country", () => {
  const on = "2026-10-31" as LocalDate;
  const decisions = ["DE", "MC", "GB", "CH", "NO", "US"].map((country) => disbursementTax(country, on, "en"));
  expect(
    new Set(decisions.map(({ category, basisPoints, issues }) => `${category} ${basisPoints} ${issues.length}`)),
  ).toEqual(new Set(["O 0 0"]));
  expect(decisions.map(({ rule }) => rule)).toEqual([
    "Article 79(c) of Directive 2006/112/EC",
    "Article 79(c) of Directive 2006/112/EC",
    "Section 19 of the Value Added Tax Act 1994 with VAT Notice 700, section 25",
    "Article 24(6)(b) of the Swiss VAT Act",
    "Section 4-2 of the Norwegian VAT Act",
    "No part of the price of a service",
  ]);
});
