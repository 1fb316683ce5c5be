import { expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type TaxPointTerms, taxPointOn } from "./tax-point.ts";

const on = (terms: TaxPointTerms | undefined, issuedOn: string) =>
  taxPointOn(terms, { serviceEnd: "2024-12-31" as LocalDate, issuedOn: issuedOn as LocalDate });

it("is the end of the service unless something else is agreed", () => {
  expect(on(undefined, "2025-01-10")).toBe("2024-12-31");
});

it("is the issue, when it comes soon enough, and also when it comes before the end", () => {
  const within = { rule: "issue", withinDays: 14 } as const;
  expect(on(within, "2025-01-14")).toBe("2025-01-14");
  expect(on(within, "2025-01-15")).toBe("2024-12-31");
  expect(on(within, "2024-12-20")).toBe("2024-12-20");
  expect(on({ rule: "issue" }, "2025-06-30")).toBe("2025-06-30");
});

it("is unknown until the payment comes, and that of a deposit is its issue", () => {
  expect(on({ rule: "payment" }, "2025-01-10")).toBeUndefined();
  expect(on({ rule: "deposit" }, "2025-01-10")).toBe("2025-01-10");
});
