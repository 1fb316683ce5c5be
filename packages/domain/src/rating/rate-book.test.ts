import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { RateId } from "@plumbline/domain/id";
import { candidatesFor, chooseRate, openRateBook, type PricedWork, type Rate } from "./rate-book.ts";

const on = (text: string) => text as LocalDate;
const rate = (id: string, more: Partial<Rate>): Rate => ({
  id: id as RateId,
  cardId: "default",
  cardName: "Default",
  currency: "EUR",
  priceMinor: 10_000n,
  from: on("2026-01-01"),
  ...more,
});
const work: PricedWork = {
  engagementId: "e",
  clientId: "c",
  projectId: "p",
  workerId: "w",
  role: "Senior",
  task: "Review",
  cardId: "contract",
  currency: "EUR",
};
const byLevel = [
  rate("person", { clientId: "c", projectId: "p", workerId: "w", task: "Review" }),
  rate("project", { projectId: "p", role: "Senior" }),
  rate("project blend", { projectId: "p" }),
  rate("engagement blend", { engagementId: "e" }),
  rate("client", { clientId: "c", role: "Senior" }),
  rate("card", { cardId: "contract", role: "Senior" }),
  rate("default", { role: "Senior" }),
];
const defaults = new Map([["EUR", "default"]] as const);

const chosen = (rates: readonly Rate[], date: string, asked: PricedWork = work) =>
  chooseRate(candidatesFor(openRateBook(rates, defaults), asked), on(date))?.rate.id;

describe("the choice of a rate", () => {
  it("takes the most specific level that has one", () => {
    const left = byLevel.map((_, index) => chosen(byLevel.slice(index), "2026-10-01"));
    expect(left).toEqual(["person", "project", "project blend", "engagement blend", "client", "card", "default"]);
  });

  it("goes by the work date, not by the day of billing", () => {
    const rates = [
      rate("old", { role: "Senior", until: on("2026-09-01") }),
      rate("new", { role: "Senior", from: on("2026-09-01") }),
    ];
    expect([chosen(rates, "2026-08-31"), chosen(rates, "2026-09-01")]).toEqual(["old", "new"]);
  });

  it("lets a later start supersede an open-ended rate", () => {
    const rates = [rate("old", { role: "Senior" }), rate("new", { role: "Senior", from: on("2026-09-01") })];
    expect([chosen(rates, "2026-08-31"), chosen(rates, "2026-09-01")]).toEqual(["old", "new"]);
  });

  it("falls back to a broader level while the specific one is not in force yet", () => {
    const rates = [
      rate("project", { projectId: "p", role: "Senior", from: on("2026-10-01") }),
      rate("default", { role: "Senior" }),
    ];
    expect([chosen(rates, "2026-09-30"), chosen(rates, "2026-10-01")]).toEqual(["default", "project"]);
  });

  it("finds none rather than a wrong one: another role, another card, before the first day", () => {
    expect(chosen(byLevel, "2025-12-31")).toBeUndefined();
    const withoutBlends = byLevel.filter(({ id }) => !id.endsWith("blend"));
    expect(chosen(withoutBlends, "2026-10-01", { ...work, role: "Junior", task: "Other" })).toBeUndefined();
    expect(chosen([rate("foreign", { cardId: "other", role: "Senior" })], "2026-10-01")).toBeUndefined();
  });
});
