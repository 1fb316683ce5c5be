import { expect, it } from "vitest";
import { missingFor, type ReadinessFacts } from "./readiness.ts";
import { areTerms, type EngagementTerms } from "./terms.ts";

const terms: EngagementTerms = {
  time: { basis: "time_and_materials", increment: { minutes: 1, per: "entry" } },
  paymentTermsDays: 30,
};
const complete: ReadinessFacts = {
  legalName: "Bright & Moor Ltd",
  country: "GB",
  taxId: "GB123456789",
  isBusiness: true,
  invoiceEmail: "ap@bright.example",
  poRequired: false,
  terms,
  approverId: "someone",
};

it("asks nothing more of a complete engagement", () => {
  expect(missingFor(complete)).toEqual([]);
});

it("names each thing that is missing, because an unknown PO rule is not the same as no PO", () => {
  const { poRequired: _, invoiceEmail: __, ...rest } = complete;
  expect(missingFor(rest)).toEqual(["address for invoices", "purchase-order rule"]);
});

it("lets a consumer have no tax id", () => {
  const { taxId: _, ...rest } = complete;
  expect(missingFor({ ...rest, isBusiness: false })).toEqual([]);
});

it("asks nothing of work that is never billed", () => {
  expect(missingFor({ isBusiness: true, terms: { ...terms, time: { ...terms.time, basis: "non_billable" } } })).toEqual(
    [],
  );
});

it("takes only whole terms for terms", () => {
  const { time } = terms;
  const broken: unknown[] = [
    undefined,
    null,
    {},
    { paymentTermsDays: 30 },
    { ...terms, time: { ...time, basis: "barter" } },
    { ...terms, time: { ...time, increment: { minutes: 0, per: "entry" } } },
    { ...terms, time: { ...time, increment: { minutes: 6, per: "week" } } },
    { time },
  ];
  expect([terms, ...broken].map(areTerms)).toEqual([true, ...broken.map(() => false)]);
});
