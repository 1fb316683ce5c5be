import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { currencies, isCurrency, minorDigits } from "./currency.ts";

const table = new URL("../../../../../shared/data/tax/currency-codes.csv", import.meta.url);

describe("currencies", () => {
  it("knows currencies without cents, with two digits and with three", () => {
    expect([minorDigits("JPY"), minorDigits("EUR"), minorDigits("KWD")]).toEqual([0, 2, 3]);
  });

  it("knows no withdrawn, lower-case or made-up code", () => {
    expect(["DEM", "HRK", "eur", "EURO", "", "XXX", "toString"].filter(isCurrency)).toEqual([]);
  });

  it.skipIf(!existsSync(table))("agrees with the published ISO 4217 table (skipped without ../shared/data)", () => {
    const published = new Map<string, number>();
    for (const row of readFileSync(table, "utf8").split(/\r?\n/)) {
      // Country names hold quoted commas; the five fields read here never do.
      const [, code = "", digits = ""] = /,([A-Z]{3}),\d*,(\d),$/.exec(row) ?? [];
      if (code) published.set(code, Number(digits));
    }
    expect(currencies.map((code) => `${code} ${minorDigits(code)}`)).toEqual(
      [...published].map(([code, digits]) => `${code} ${digits}`).sort(),
    );
  });
});
