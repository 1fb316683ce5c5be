import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { percentText, ratedCountries, standardRateOn } from "./rates.ts";

const published = new URL("../../../../../shared/data/tax/vat-rates.csv", import.meta.url);
const rate = (country: string, on: string) => standardRateOn(country, on as LocalDate);

describe("standard rates", () => {
  it.each([
    ["DE", "2020-06-30", 1900],
    ["DE", "2020-07-01", 1600],
    ["DE", "2020-12-31", 1600],
    ["DE", "2021-01-01", 1900],
    ["IE", "2020-09-01", 2100],
    ["IE", "2021-03-01", 2300],
    ["SK", "2024-12-31", 2000],
    ["SK", "2025-01-01", 2300],
    ["CH", "2023-12-31", 770],
    ["CH", "2024-01-01", 810],
    ["US", "2026-10-31", "none"],
  ])("hold in %s on %s as published", (country, on, expected) => expect(rate(country, on)).toBe(expected));

  it("are unknown, never zero, before the table begins and where it has no country", () => {
    expect([rate("DE", "1999-12-31"), rate("XX", "2026-01-01"), rate("toString", "2026-01-01")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("read as people write them", () => {
    expect([1900, 2550, 770].map(percentText)).toEqual(["19 %", "25.5 %", "7.7 %"]);
  });

  it.skipIf(!existsSync(published))(
    "agree with the published table since 2012 (skipped without ../shared/data)",
    () => {
      // The published table leaves out Ireland's half year of 21 % (Financial Provisions (Covid-19) (No. 2) Act 2020).
      const allowed = [{ country: "IE", from: "2020-09-01", until: "2021-03-01" }];
      const found = new Set<string>();
      const rows = publishedStandardRates();
      const bounds = rows.flatMap(({ from, until }) => [from, ...(until ? [until] : [])]);
      const days = [...new Set(bounds.concat("2020-09-01", "2021-02-28", "2026-10-31"))].flatMap((day) => [
        addDays(day as LocalDate, -1),
        day,
      ]);
      for (const day of days.filter((each) => each >= "2012-01-01")) {
        for (const { countries, from, until, basisPoints } of rows) {
          if (day < from || (until && day >= until)) continue;
          for (const country of countries.filter((code) => ratedCountries.includes(code))) {
            if (rate(country, day) !== basisPoints)
              found.add(`${country} ${day}: ${rate(country, day)}, not ${basisPoints}`);
          }
        }
      }
      const isAllowed = (line: string) =>
        allowed.some(
          ({ country, from, until }) => line.startsWith(country) && line.slice(3) >= from && line.slice(3) < until,
        );
      expect([...found].filter((line) => !isAllowed(line))).toEqual([]);
      expect([...found].filter(isAllowed).length, "an allowance nobody needs any more").toBeGreaterThan(0);
    },
  );
});

function publishedStandardRates() {
  const record = /^(\d{4}-\d\d-\d\d),([\d-]*),("[^"]*"|[^,\n]*),[A-Z]{3},([\d.]+),standard,/gm;
  return [...readFileSync(published, "utf8").matchAll(record)].map(([, from = "", until, codes = "", value]) => ({
    from,
    until,
    countries: codes.replaceAll('"', "").split(/\s+/),
    basisPoints: Math.round(Number(value) * 10_000),
  }));
}
