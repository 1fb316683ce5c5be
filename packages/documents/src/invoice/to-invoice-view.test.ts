import type { InvoiceSnapshot } from "@plumbline/domain/invoice/snapshot";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toInvoiceView } from "./to-invoice-view.ts";

const templates = new URL("../../../../templates/invoice/", import.meta.url);
const sample = (name: string): InvoiceSnapshot => JSON.parse(readFileSync(new URL(name, templates), "utf8"));
const harbor = sample("sample.json");
const saffron = sample("sample-saffron.json");
const [firstLine] = harbor.lines;
if (!firstLine) throw new Error("the sample has no lines");

/** Intl parts amounts and units with no-break spaces of several widths. */
const spaced = (text: string | undefined) => text?.replaceAll(/[\u00a0\u2009\u202f]/g, " ");

/** The mirror of a sample, as a credit note of all of it says. */
const credited = (snapshot: InvoiceSnapshot): InvoiceSnapshot => ({
  ...snapshot,
  number: `CN-${snapshot.number}`,
  dueOn: snapshot.issuedOn,
  netMinor: `-${snapshot.netMinor}`,
  taxMinor: `-${snapshot.taxMinor}`,
  totalMinor: `-${snapshot.totalMinor}`,
  lines: snapshot.lines.map((line) => ({
    ...line,
    quantity: `-${line.quantity}`,
    minutes: -line.minutes,
    netMinor: `-${line.netMinor}`,
  })),
  annex: [],
  correction: { number: snapshot.number, issuedOn: snapshot.issuedOn, reason: "Wrong rate" },
});

describe("a credit note as words", () => {
  it("names the invoice it corrects, asks for no payment and says what becomes of the amount", () => {
    const view = toInvoiceView(credited(harbor));
    expect(view.title).toBe(`Credit note CN-${harbor.number}`);
    expect(view.facts).toContainEqual({ label: "Corrects invoice", value: expect.stringContaining(harbor.number) });
    expect(view.payment.terms).toBe("Reason: Wrong rate");
    expect([view.labels.amountDue, view.labels.payment]).toEqual(["Amount credited", "Settlement"]);
    expect(view.totals.payable).toMatch(/^-€/);
    expect(view.payment.request).toContain("you need not pay anything");
    expect(view.payment.bank).toBeUndefined();
    expect(view.hours).toMatch(/^-/);
  });

  it("is no Gutschrift in German, which is what a client writes itself", () => {
    const view = toInvoiceView(credited(saffron));
    expect(view.title).toBe(`Rechnungskorrektur CN-${saffron.number}`);
    expect(JSON.stringify(view)).not.toContain("Gutschrift");
    expect(view.facts).toContainEqual({ label: "Korrigiert Rechnung", value: expect.stringContaining(saffron.number) });
  });
});

describe("a deposit as words", () => {
  it("says what it is, and no time of service, because the service is still to come", () => {
    const view = toInvoiceView({ ...harbor, kind: "deposit" });
    expect(view.title).toBe(`Deposit invoice ${harbor.number}`);
    expect(view.facts.map(({ label }) => label)).not.toContain("Service period");
    expect(toInvoiceView({ ...saffron, kind: "deposit" }).title).toBe(`Anzahlungsrechnung ${saffron.number}`);
  });
});

describe("withholding as words", () => {
  const withholding = { basisPoints: 1000, of: "net", reference: "Section 194J", amountMinor: "10000" } as const;

  it("says the share, the law and what is left to pay, and changes no total", () => {
    const [plain, view] = [toInvoiceView(harbor), toInvoiceView({ ...harbor, withholding })];
    expect(view.totals).toEqual({
      ...plain.totals,
      withheld: "-€100.00",
      reduced: true,
      payable: view.totals.payable,
    });
    expect(view.totals.payable).not.toBe(view.totals.total);
    expect(view.payment.request).toContain(view.totals.payable);
    expect(view.facts).toContainEqual({ label: "Tax you withhold", value: "10% of the net amount, Section 194J" });
    expect(toInvoiceView({ ...saffron, withholding }).facts.at(-1)?.value).toMatch(
      /10.% des Nettobetrags, Section 194J/,
    );
  });
});

describe("a tax point as words", () => {
  const said = (taxPoint: NonNullable<InvoiceSnapshot["taxPoint"]>, snapshot = harbor) =>
    toInvoiceView({ ...snapshot, taxPoint }).facts.map(({ label, value }) => `${label}: ${value}`);

  it("is said where it is not the end of the service, and cash accounting by its name", () => {
    expect(said({ rule: "issue", on: harbor.issuedOn }).join()).toMatch(/Tax point: .*\d{4}/);
    expect(said({ rule: "payment" })).toContain("Tax point: Payment (cash accounting)");
    expect(said({ rule: "payment" }, saffron).join()).toContain("Versteuerung nach vereinnahmten Entgelten");
    expect(toInvoiceView(harbor).facts.map(({ label }) => label)).not.toContain("Tax point");
  });
});

describe("the invoice as words", () => {
  it("is the same every time and survives JSON unchanged", () => {
    const view = toInvoiceView(harbor);
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    expect(toInvoiceView(structuredClone(harbor))).toEqual(view);
  });

  it("prints the last day of the half-open service period", () => {
    const periodOf = (snapshot: InvoiceSnapshot) =>
      spaced(toInvoiceView(snapshot).facts.find((fact) => fact.label === "Service period")?.value);
    expect(periodOf(harbor)).toBe("1–31 October 2026");
    const oneDay = { periodStart: "2026-10-31", periodEnd: "2026-11-01" } as Partial<InvoiceSnapshot>;
    expect(periodOf({ ...harbor, ...oneDay })).toBe("31 October 2026");
    const acrossYears = { periodStart: "2026-12-28", periodEnd: "2027-01-04" } as Partial<InvoiceSnapshot>;
    expect(periodOf({ ...harbor, ...acrossYears })).toBe("28 December 2026 – 3 January 2027");
  });

  it.each([
    ["EUR", "de-DE", "1234567", "12.345,67 €"],
    ["JPY", "en", "1234567", "¥1,234,567"],
    ["KWD", "en", "1234567", "KWD 1,234.567"],
    ["USD", "en", "-5", "-$0.05"],
    ["EUR", "fr", "1234567", "12 345,67 €"],
    ["EUR", "ar-EG", "1234567", "‏12,345.67 €"],
    ["EUR", "en", "900719925474099312345", "€9,007,199,254,740,993,123.45"],
  ] as const)("writes %s in %s with the digits of the currency", (currency, language, totalMinor, expected) => {
    const view = toInvoiceView({ ...harbor, currency, language, totalMinor });
    expect(spaced(view.totals.total)?.replaceAll("\u200f", "")).toBe(expected.replaceAll("\u200f", ""));
  });

  it("writes hours as decimals of minutes and adds them up in minutes", () => {
    const lines = [3750, 20, 20, 20].map((minutes) => ({ ...firstLine, minutes, quantity: String(minutes) }));
    const view = toInvoiceView({ ...harbor, lines, annex: [] });
    expect(view.lines.map((line) => spaced(line.quantity))).toEqual(["62.50 h", "0.33 h", "0.33 h", "0.33 h"]);
    expect(spaced(view.hours)).toBe("63.50 h");
  });

  it("says what was drawn of hours that were bought ahead, and what is left", () => {
    const hours = { startsOn: "2026-10-01", boughtMinutes: 600, drawnMinutes: 390, remainingMinutes: 210 };
    const view = toInvoiceView({
      ...harbor,
      hourBuckets: [hours as NonNullable<InvoiceSnapshot["hourBuckets"]>[number]],
    });
    expect(view.facts.at(-1)).toEqual({ label: "Hours bought ahead", value: expect.anything() });
    expect(spaced(view.facts.at(-1)?.value)).toBe("10.00 h from 1 Oct 2026: 6.50 h used, 3.50 h left");
    expect(toInvoiceView(harbor).facts.some(({ label }) => label === "Hours bought ahead")).toBe(false);
  });

  it("asks for the total less what was taken from a retainer, and says what is left of it", () => {
    const view = toInvoiceView({ ...harbor, retainer: { appliedMinor: "10000", remainingMinor: "5050" } });
    const due = BigInt(harbor.totalMinor) - 10_000n;
    expect(view.totals).toMatchObject({ paidAhead: "-€100.00", reduced: true });
    expect(view.totals.payable).toBe(toInvoiceView({ ...harbor, totalMinor: String(due) }).totals.payable);
    expect(view.facts.at(-1)).toEqual({ label: "Retainer", value: "€100.00 taken for this invoice, €50.50 left" });
    expect(toInvoiceView(harbor).totals).not.toHaveProperty("reduced");
  });

  it("prints a day rate as agreed instead of dividing it", () => {
    expect(toInvoiceView(harbor).lines.map((line) => [line.price, spaced(line.priceUnit)])).toEqual([
      ["€165.00", "per hour"],
      ["€148.00", "per hour"],
      ["€1,680.00", "per 8.00 h"],
    ]);
  });

  it("prints what a line counts, and heads the columns by it", () => {
    const line = { ...firstLine, minutes: 0, priceBase: 1, priceMinor: "2500" };
    const lines = [
      { ...line, unit: "each", quantity: "1" },
      { ...line, unit: "seat", quantity: "1250" },
      { ...line, unit: "kilometre", quantity: "120.5" },
      { ...line, unit: "unit", quantity: "40000", priceBase: 1000 },
    ] as const;
    const view = toInvoiceView({ ...harbor, lines, annex: [] });
    expect(view.lines.map(({ quantity, priceUnit }) => `${spaced(quantity)} ${priceUnit ?? ""}`)).toEqual([
      "1 ",
      "1,250 seats per seat",
      "120.5 km per km",
      "40,000 units per 1,000 units",
    ]);
    expect([view.columns.quantity, view.columns.price, "hours" in view]).toEqual(["Quantity", "Price", false]);
    expect(toInvoiceView(harbor).columns).toEqual({ quantity: "Hours", price: "Rate" });
  });

  it("asks for the total less what the client holds back until release", () => {
    const lines = [{ ...firstLine, retainedMinor: "50000" }];
    const view = toInvoiceView({ ...harbor, lines, annex: [], totalMinor: "1301186" });
    expect([view.totals.total, view.totals.retained, view.totals.payable]).toEqual([
      "€13,011.86",
      "-€500.00",
      "€12,511.86",
    ]);
    expect(view.payment.request).toContain("Please pay €12,511.86 by");
    expect(toInvoiceView(harbor).totals).not.toHaveProperty("retained");
  });

  it("goes from the sum of the lines to the net by what was agreed, and says what is inside a line", () => {
    const adjustment = {
      kind: "allowance",
      amountMinor: "5000",
      basisPoints: 1000,
      baseMinor: "50000",
      code: "95",
      reason: "Agreed discount",
      because: "10 % of 500.00 EUR as agreed",
      taxCategory: "S",
      taxBasisPoints: 2300,
    } as const;
    const surcharge = { ...adjustment, kind: "surcharge", reason: "Rush", amountMinor: "100" } as const;
    const lines = [{ ...firstLine, adjustments: [surcharge] }];
    const view = toInvoiceView({ ...harbor, lines, annex: [], netMinor: "45000", adjustments: [adjustment] });
    expect(view.lines[0]?.adjustments).toMatchObject([{ label: "Rush · 10%", amount: "€1.00" }]);
    expect(view.totals).toMatchObject({
      adjusted: { lines: "€500.00", adjustments: [{ label: "Agreed discount · 10%", amount: "-€50.00" }] },
      net: "€450.00",
    });
    expect(toInvoiceView(harbor).totals).not.toHaveProperty("adjusted");
    const german = toInvoiceView(saffron);
    expect(german.labels.linesTotal).toBe("Summe der Positionen");
    expect(spaced(german.totals.adjusted?.adjustments[0]?.amount)).toBe("-305,87 €");
  });

  it("says what the law asks for under reverse charge", () => {
    const [tax] = toInvoiceView(saffron).taxes;
    expect(tax).toMatchObject({ category: "Reverse Charge", note: "Steuerschuldnerschaft des Leistungsempfängers." });
    expect(spaced(tax?.rate)).toBe("0 %");
  });

  it("names each line's tax only when there are several", () => {
    expect(toInvoiceView(harbor).linesShowTax).toBe(false);
    expect(toInvoiceView({ ...harbor, taxes: [...harbor.taxes, ...saffron.taxes] }).linesShowTax).toBe(true);
  });

  it("calls the tax VAT where it is one", () => {
    const labelsIn = (country: string) =>
      toInvoiceView({ ...harbor, seller: { ...harbor.seller, country } }).labels.totalTax;
    expect(["IE", "UK", "CH", "US", "AU"].map(labelsIn)).toEqual(["VAT", "VAT", "VAT", "Tax", "Tax"]);
  });

  it("names both approvers and their days", () => {
    expect(toInvoiceView(harbor).approvals).toBe(
      "Approved by Ana Ruiz on 3 November 2026 and Priya Nair on 5 November 2026.",
    );
    expect(toInvoiceView({ ...harbor, approvals: [] })).not.toHaveProperty("approvals");
  });

  it("groups the IBAN in fours and leaves bank, purchase order and annex out when there are none", () => {
    expect(toInvoiceView(harbor).payment.bank).toContainEqual({ label: "IBAN", value: "IE29 AIBK 9311 5212 3456 78" });
    const { bank, purchaseOrder, ...bare } = harbor;
    const view = toInvoiceView({ ...bare, annex: [] });
    expect([bank, purchaseOrder, view.payment.bank, view.timesheet].map(Boolean)).toEqual([true, true, false, false]);
    expect(view.facts.map((fact) => fact.label)).not.toContain("Purchase order");
  });

  it("serves a language without a catalogue in English words, and a broken tag altogether in English", () => {
    const view = toInvoiceView({ ...harbor, language: "fr-FR" });
    expect([view.language, view.title, view.dueOn]).toEqual(["en", "Invoice HA-2026-0493", "7 décembre 2026"]);
    expect(toInvoiceView({ ...harbor, language: "__proto__" }).language).toBe("en");
    expect(toInvoiceView({ ...harbor, language: "" }).title).toBe("Invoice HA-2026-0493");
  });

  it("refuses a snapshot of a schema it does not know", () => {
    expect(() => toInvoiceView({ ...harbor, schema: 2 } as unknown as InvoiceSnapshot)).toThrow(RangeError);
  });

  it("falls back to the first family for one that is not on the list", () => {
    const fontOf = (font: string) => toInvoiceView({ ...harbor, brand: { ...harbor.brand, font } }).brand.font;
    expect(["source sans 3", "Comic Sans MS", "", 'x"; src:url(//evil)'].map(fontOf)).toEqual([
      "Source Sans 3",
      "Inter",
      "Inter",
      "Inter",
    ]);
  });
});

describe("the timesheet", () => {
  it("has subtotals and a total that equal the hours of the lines", () => {
    for (const snapshot of [harbor, saffron]) {
      const view = toInvoiceView(snapshot);
      expect(view.timesheet?.groups.map((group) => group.hours)).toEqual(view.lines.map((line) => line.quantity));
      expect(view.timesheet?.hours).toBe(view.hours);
      expect(view.timesheet?.groups.flatMap((group) => group.billedNote ?? [])).toEqual([]);
    }
  });

  it("says so when a line bills other hours than were recorded", () => {
    const lines = harbor.lines.map((line) => ({
      ...line,
      minutes: line.minutes + 15,
      quantity: String(line.minutes + 15),
    }));
    const [group] = toInvoiceView({ ...harbor, lines }).timesheet?.groups ?? [];
    expect(spaced(group?.billedNote)).toBe("Recorded 22.25 h, billed 22.50 h as agreed.");
  });

  it("explains rounding only when there is some", () => {
    expect(toInvoiceView(harbor).timesheet).not.toHaveProperty("roundingNote");
    expect(toInvoiceView(saffron).timesheet).toHaveProperty("roundingNote");
  });

  it("refuses an entry whose line is not on the invoice", () => {
    const annex = harbor.annex.map((entry) => ({ ...entry, line: 9 }));
    expect(() => toInvoiceView({ ...harbor, annex })).toThrow("line 9");
  });
});
