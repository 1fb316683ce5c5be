import { describe, expect, it } from "vitest";
import { contrast, paletteFor, type Scheme } from "./palette.ts";

const papers = { light: ["#ffffff", "#f7f8f9"], dark: ["#181b1e", "#101214"] } as const;

/** 4,096 colours: every combination of 16 steps a channel. */
const colours = Array.from({ length: 4096 }, (_, index) => {
  const hex = index.toString(16).padStart(3, "0");
  return `#${[...hex].map((digit) => digit + digit).join("")}`;
});

function failures(scheme: Scheme): string[] {
  return colours.flatMap((colour) => {
    const palette = paletteFor(colour, scheme);
    const pairs: [string, string, number][] = [
      [palette.onSolid, palette.solid, 4.5],
      [palette.text, palette.tint, 4.5],
      [palette.line, palette.tint, 3],
      [scheme === "light" ? "#565e67" : "#a2abb4", palette.tint, 4.5],
      ...papers[scheme].flatMap((paper): [string, string, number][] => [
        [palette.text, paper, 4.5],
        [palette.line, paper, 3],
      ]),
      [palette.solidBorder, papers[scheme][0], 3],
    ];
    return pairs
      .filter(([one, other, floor]) => contrast(one, other) < floor)
      .map((pair) => `${colour}: ${pair.join(" on ")}`);
  });
}

describe("a palette from one colour", () => {
  it.each(["light", "dark"] as const)("is readable for 4,096 brand colours (%s)", (scheme) => {
    expect(failures(scheme)).toEqual([]);
  });

  it("keeps yellow yellow, with dark ink on it", () => {
    const palette = paletteFor("#FFB400", "light");
    expect(palette).toMatchObject({ solid: "#ffb400", onSolid: "#14171a" });
    expect(palette.solidBorder).not.toBe("#ffb400");
  });

  it("keeps deep teal, with white on it", () => {
    expect(paletteFor("#0b5c78", "light")).toMatchObject({ solid: "#0b5c78", onSolid: "#ffffff" });
  });

  it.each(["", "teal", "#fff", "#12345g", "#000;}body{display:none", "url(x)"])(
    "falls back to ink for %j",
    (colour) => {
      expect(paletteFor(colour, "light")).toEqual(paletteFor("#14171a", "light"));
    },
  );
});
