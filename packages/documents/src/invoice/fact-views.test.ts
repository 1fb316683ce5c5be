import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceSnapshot } from "@plumbline/domain/invoice/snapshot";
import { toInvoiceView } from "./to-invoice-view.ts";

const templates = new URL("../../../../templates/invoice/", import.meta.url);
const sample = (name: string): InvoiceSnapshot => JSON.parse(readFileSync(new URL(name, templates), "utf8"));
const harbor = sample("sample.json");
const saffron = sample("sample-saffron.json");

/** Intl parts amounts and units with no-break spaces of several widths. */
const spaced = (text: string | undefined) => text?.replaceAll(/[\u00a0\u2009\u202f]/g, " ");

describe("tax in another currency", () => {
  it.each([
    [harbor, "en", "VAT (GBP)", "£162.62, at 1 EUR = 0.870583 GBP (ECB, October 30, 2026)"],
    [saffron, "de", "Umsatzsteuer (GBP)", "162,62 £, zum Kurs 1 EUR = 0,870583 GBP (ECB, 30. Oktober 2026)"],
  ] as const)(
    "says the tax in the currency it is declared in, with every digit of the rate",
    (snapshot, language, label, value) => {
      const on = "2026-10-30" as LocalDate;
      const rate = { base: "EUR", quote: "GBP", rate: "0.870583", on, source: "ECB" } as const;
      const taxConversion = { currency: "GBP", taxMinor: "16262", rate } as const;
      const fact = toInvoiceView({ ...snapshot, language, taxConversion }).facts.at(-1);
      expect({ label: fact?.label, value: spaced(fact?.value) }).toEqual({ label, value });
      expect(JSON.stringify(toInvoiceView(snapshot))).not.toContain("GBP");
    },
  );

  it("writes yen without decimals and dinars with three", () => {
    const said = (currency: "JPY" | "KWD", taxMinor: string) => {
      const rate = { base: "EUR", quote: currency, rate: "2", on: "2026-10-30" as LocalDate, source: "s" } as const;
      return spaced(toInvoiceView({ ...harbor, taxConversion: { currency, taxMinor, rate } }).facts.at(-1)?.value);
    };
    expect(said("JPY", "35483")).toContain("¥35,483, at");
    expect(said("KWD", "68305")).toContain("KWD 68.305, at");
  });
});
