import { describe, expect, it } from "vitest";
import { printableJson, printableText } from "./printable-text.ts";
import { loadShippedFonts } from "./shipped-fonts.ts";

const fonts = loadShippedFonts().map((font) => font.covers);

describe("the shipped fonts", () => {
  it("cover the same characters in both weights of a brand family", () => {
    const [inter, interBold, source, sourceBold] = fonts;
    expect([...(inter ?? [])].filter((point) => !interBold?.has(point))).toEqual([]);
    expect([...(source ?? [])].filter((point) => !sourceBold?.has(point))).toEqual([]);
  });

  it("cover Latin, Greek, Cyrillic, Arabic, Hebrew, currencies and emoji", () => {
    for (const text of ["Łódź Ñandú Þórr ẞ", "Ελληνικά", "Привіт", "مرحبا", "שלום", "€£¥₹₽₿ − – … ✓", "😀🚀👩‍🚀🇩🇪"]) {
      expect(printableText(text, fonts)).toBe(text);
    }
  });
});

describe("printable text", () => {
  it("shows a square for what no font covers, so that nothing vanishes silently", () => {
    expect(printableText("漢字 Ltd", fonts)).toBe("□□ Ltd");
    expect(printableText("\u{10ffff}\u{1fffe}", fonts)).toBe("□□");
  });

  it("keeps accents that exist, and drops marks that no font can place", () => {
    expect(printableText("Cafe\u0301", fonts)).toBe("Café");
    expect(printableText("Z\u0489\u0591a", fonts)).toBe("Za");
  });

  it("reaches every string and nothing else", () => {
    expect(printableJson({ a: ["漢", { b: "漢" }], n: 1, f: false, z: null }, fonts)).toEqual({
      a: ["□", { b: "□" }],
      n: 1,
      f: false,
      z: null,
    });
  });
});
