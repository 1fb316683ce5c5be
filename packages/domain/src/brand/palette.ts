import { contrast, fromLch, type Lch, toLch } from "./oklch.ts";

export type Scheme = "light" | "dark";

/** Every colour that is not a status, as `#rrggbb`. Each ink reaches 4.5:1 and each line 3:1 wherever it may stand. */
export type Palette = Neutrals & {
  /** Filled areas: the brand colour itself whenever some ink is readable on it. */
  readonly solid: string;
  /** Under the pointer and pressed: away from the ink, so that contrast only grows. */
  readonly solidHover: string;
  readonly solidActive: string;
  readonly onSolid: string;
  /** Carries the shape where the fill alone is too close to the page: yellow stays yellow, its edge does the work. */
  readonly solidBorder: string;
  readonly tint: string;
  readonly tintStrong: string;
  /** Brand-coloured words, on every neutral and on both tints. */
  readonly text: string;
  /** Brand-coloured rules, on every neutral and on the tint. */
  readonly line: string;
  /** The ring around what has the keyboard. */
  readonly focus: string;
};

/** What no brand changes. */
type Neutrals = {
  readonly page: string;
  readonly surface: string;
  readonly sunken: string;
  readonly ink: string;
  readonly muted: string;
  /** Parts areas, and need not be seen to understand them. */
  readonly hairline: string;
  /** Edges of what can be used. */
  readonly control: string;
};

// prettier-ignore
// oxfmt-ignore
const neutrals = {
  light: { page: "#f7f8f9", surface: "#ffffff", sunken: "#eef0f2", ink: "#14171a", muted: "#565e67", hairline: "#dfe3e7", control: "#7d868f" },
  dark:  { page: "#101214", surface: "#181b1e", sunken: "#0b0c0e", ink: "#eceef0", muted: "#a2abb4", hairline: "#2c3136", control: "#737d87" },
} as const satisfies Record<Scheme, Neutrals>;

const white = "#ffffff";
const darkInk = neutrals.light.ink;

/** 4.5:1 and 3:1 with room for rounding to eight bits. */
const textContrastMin = 4.6;
const lineContrastMin = 3.05;
/** Below this a fill cannot be told from the page. */
const fillContrastMin = 1.3;
const chromaMax = 0.22;
const lightnessStep = 0.004;

/** Anything that is not `#rrggbb` gives the neutral palette, because an issued invoice must render whatever was saved. */
export function paletteFor(colour: string, scheme: Scheme): Palette {
  const brand = /^#[0-9a-f]{6}$/i.test(colour) ? colour.toLowerCase() : darkInk;
  const dark = scheme === "dark";
  const { page, surface, sunken } = neutrals[scheme];
  const [lightness, brandChroma, hue] = toLch(brand);
  const chroma = Math.min(brandChroma, chromaMax);

  const tint = fromLch([dark ? 0.26 : 0.965, Math.min(chroma, dark ? 0.055 : 0.022), hue]);
  const tintStrong = fromLch([dark ? 0.32 : 0.925, Math.min(chroma, dark ? 0.075 : 0.045), hue]);
  const papers = [page, surface, sunken];
  const from = (light: number, deep: number, least = chroma): Lch => [
    dark ? Math.max(lightness, light) : Math.min(lightness, deep),
    least,
    hue,
  ];
  const text = solve(scheme, from(0.6, 0.62), { on: [...papers, tint, tintStrong], min: textContrastMin });
  const line = solve(scheme, from(0.5, 0.7), { on: [...papers, tint], min: lineContrastMin });
  const focus = solve(scheme, from(0.6, 0.6, Math.max(chroma, 0.06)), { on: papers, min: lineContrastMin });

  const fill = fillFor(brand, scheme);
  const seen = contrast(fill.solid, surface) >= lineContrastMin && contrast(fill.solid, page) >= lineContrastMin;
  return { ...neutrals[scheme], ...fill, solidBorder: seen ? fill.solid : line, tint, tintStrong, text, line, focus };
}

function fillFor(brand: string, scheme: Scheme): Pick<Palette, "solid" | "solidHover" | "solidActive" | "onSolid"> {
  const solid = solidFor(brand, scheme);
  const onWhite = contrast(solid, white) >= textContrastMin || contrast(solid, white) >= contrast(solid, darkInk);
  const [lightness, chroma, hue] = toLch(solid);
  const away = (by: number) => fromLch([clamp(lightness + (onWhite ? -by : by)), chroma, hue]);
  return { solid, solidHover: away(0.045), solidActive: away(0.085), onSolid: onWhite ? white : darkInk };
}

/** The brand colour, or the nearest that some ink can be read on and that can be told from the page. */
function solidFor(brand: string, scheme: Scheme): string {
  const { page, surface, ink } = neutrals[scheme];
  if (contrast(brand, surface) < fillContrastMin) return ink;
  const fits = (colour: string) =>
    contrast(colour, page) >= fillContrastMin - 0.05 &&
    Math.max(contrast(colour, white), contrast(colour, darkInk)) >= textContrastMin;
  const direction = scheme === "dark" ? 1 : -1;
  const [lightness, brandChroma, hue] = toLch(brand);
  const chroma = Math.min(brandChroma, chromaMax);
  for (let step = 0, colour = brand; step < 1 / lightnessStep; step += 1) {
    if (fits(colour)) return colour;
    colour = fromLch([clamp(lightness + direction * (step + 1) * lightnessStep), chroma, hue]);
  }
  return ink;
}

/** The colour nearest to `from` that reaches the ratio on every surface, moving only in lightness. */
function solve(
  scheme: Scheme,
  [start, chroma, hue]: Lch,
  { on, min }: { readonly on: readonly string[]; readonly min: number },
): string {
  const direction = scheme === "dark" ? 1 : -1;
  for (let lightness = start; lightness >= 0 && lightness <= 1; lightness += direction * lightnessStep) {
    const colour = fromLch([lightness, chroma, hue]);
    if (on.every((surface) => contrast(colour, surface) >= min)) return colour;
  }
  return scheme === "dark" ? white : darkInk;
}

const clamp = (lightness: number): number => Math.min(1, Math.max(0, lightness));
