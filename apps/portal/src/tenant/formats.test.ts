import { describe, expect, it } from "vitest";
import {
  codeText,
  dateText,
  moneyText,
  periodText,
  personText,
  quantityText,
  rateText,
  spanText,
  sumByCurrency,
} from "./formats.ts";

const euros = (amount: string) => ({ amount, currency: "EUR" });

describe("money", () => {
  it("is written exactly, also where a number could not hold it", () => {
    expect(moneyText(euros("12345678901234567.89"))).toBe("€12,345,678,901,234,567.89");
    expect(moneyText({ amount: "1013", currency: "JPY" })).toBe("¥1,013");
    expect(moneyText({ amount: "-0.50", currency: "GBP" })).toBe("-£0.50");
  });

  it("is never added across currencies, and exactly within one", () => {
    const amounts = [euros("0.10"), { amount: "5.00", currency: "CHF" }, euros("0.20"), euros("-0.05")];
    expect(sumByCurrency(amounts)).toEqual([{ amount: "5.00", currency: "CHF" }, euros("0.25")]);
  });
});

describe("time", () => {
  it("shows a date as it is written, wherever the browser is", () => {
    expect(dateText("2026-10-01")).toBe("1 Oct 2026");
  });

  it("calls a whole month by its name, and other spans by their first and last day", () => {
    expect(periodText({ start: "2026-10-01", end: "2026-11-01" })).toBe("October 2026");
    expect(periodText({ start: "2026-12-01", end: "2027-01-01" })).toBe("December 2026");
    expect(periodText({ start: "2026-10-05", end: "2026-10-12" }).replaceAll(/\s/g, "")).toBe("5–11Oct2026");
  });

  it.each([
    [0, "1m"],
    [59 * 60_000, "59m"],
    [47 * 3_600_000, "47h"],
    [48 * 3_600_000, "2d"],
  ])("says how long %i ms are in the largest unit that tells something", (ms, text) => {
    expect(spanText(ms)).toBe(text);
  });
});

it("counts work in hours and other things as they are", () => {
  expect(quantityText({ quantity: "90", unit: "minute" })).toBe("1.50 h");
  expect(quantityText({ quantity: "12.5", unit: "kilometre" })).toBe("12.5 km");
});

it("says codes as people do, and names no program", () => {
  expect(codeText("po-required")).toBe("PO required");
  expect(codeText("project_manager")).toBe("Project manager");
  expect(codeText("meridian-first-invoice", "meridian")).toBe("First invoice");
  expect(personText("billing-runner")).toBe("The service");
  expect(personText("Katharina Voss")).toBe("Katharina Voss");
  expect(rateText(1900)).toBe("19%");
});
