import { describe, expect, it } from "vitest";
import { contrast } from "./oklch.ts";
import { type Palette, paletteFor, type Scheme } from "./palette.ts";

/** Every pair that screens and documents may use, and what WCAG 2 asks of it. */
// prettier-ignore
// oxfmt-ignore
const pairs: readonly (readonly [keyof Palette, keyof Palette, number])[] = [
  ["onSolid", "solid", 4.5], ["onSolid", "solidHover", 4.5], ["onSolid", "solidActive", 4.5],
  ["text", "page", 4.5], ["text", "surface", 4.5], ["text", "sunken", 4.5], ["text", "tint", 4.5], ["text", "tintStrong", 4.5],
  ["ink", "tint", 4.5], ["ink", "tintStrong", 4.5],
  ["muted", "page", 4.5], ["muted", "surface", 4.5], ["muted", "sunken", 4.5], ["muted", "tint", 4.5],
  ["solidBorder", "surface", 3], ["solidBorder", "page", 3], ["line", "surface", 3], ["line", "page", 3],
  ["focus", "surface", 3], ["focus", "page", 3], ["focus", "sunken", 3], ["control", "surface", 3],
];

/** 4,096 colours: every combination of 16 steps a channel. */
const colours = Array.from({ length: 4096 }, (_, index) => {
  const hex = index.toString(16).padStart(3, "0");
  return `#${[...hex].map((digit) => digit + digit).join("")}`;
});

function check(scheme: Scheme) {
  let checked = 0;
  const failures: string[] = [];
  for (const colour of colours) {
    const palette = paletteFor(colour, scheme);
    for (const [one, other, floor] of pairs) {
      checked += 1;
      const found = contrast(palette[one], palette[other]);
      if (found < floor) failures.push(`${colour}: ${one} on ${other} is ${found.toFixed(2)}`);
    }
  }
  return { checked, failures };
}

describe("a palette from one colour", () => {
  it.each(["light", "dark"] as const)("is readable for 4,096 brand colours in 22 pairs (%s)", (scheme) => {
    expect(check(scheme)).toEqual({ checked: 4096 * 22, failures: [] });
  });

  it("keeps yellow yellow, with dark ink on it", () => {
    const palette = paletteFor("#FFB400", "light");
    expect(palette).toMatchObject({ solid: "#ffb400", onSolid: "#14171a" });
    expect(palette.solidBorder).not.toBe("#ffb400");
  });

  it("keeps deep teal, with white on it", () => {
    expect(paletteFor("#0b5c78", "light")).toMatchObject({ solid: "#0b5c78", onSolid: "#ffffff" });
  });

  it.each(["light", "dark"] as const)("moves away from the ink under the pointer (%s)", (scheme) => {
    for (const colour of ["#0b5c78", "#ffb400", "#c2185b"]) {
      const { solid, solidHover, solidActive, onSolid } = paletteFor(colour, scheme);
      const ratios = [solid, solidHover, solidActive].map((fill) => contrast(fill, onSolid));
      expect(ratios).toEqual(ratios.toSorted((left, right) => left - right));
    }
  });

  it.each(["", "teal", "#fff", "#12345g", "#000;}body{display:none", "url(x)"])(
    "falls back to ink for %j",
    (colour) => {
      expect(paletteFor(colour, "light")).toEqual(paletteFor("#14171a", "light"));
    },
  );
});
