import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { isInEu, vatAreaOf } from "./vat-area.ts";

const inEu = (country: string, on: string) => isInEu(country, on as LocalDate);

describe("VAT areas", () => {
  it("let the United Kingdom leave on 1 January 2021 and Croatia join on 1 July 2013", () => {
    expect([inEu("GB", "2020-12-31"), inEu("GB", "2021-01-01")]).toEqual([true, false]);
    expect([inEu("HR", "2013-06-30"), inEu("HR", "2013-07-01")]).toEqual([false, true]);
  });

  it("have never held Switzerland, Norway or a code that is no country", () => {
    expect(["CH", "NO", "XX", "toString", ""].filter((country) => inEu(country, "2026-10-31"))).toEqual([]);
  });

  it("treat Monaco as France, the Isle of Man as the United Kingdom, and EL as GR", () => {
    expect(["MC", "IM", "EL", "DE", "toString"].map(vatAreaOf)).toEqual(["FR", "GB", "GR", "DE", "toString"]);
  });
});
