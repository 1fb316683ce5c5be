export type Scheme = "light" | "dark";

/** Every colour a document may use for its brand, as `#rrggbb`. Each ink reaches 4.5:1 and each line 3:1 where it stands. */
export type Palette = {
  /** Filled areas: the brand colour itself whenever some ink is readable on it. */
  readonly solid: string;
  readonly onSolid: string;
  /** Carries the shape where the fill alone is too close to the paper: yellow stays yellow, its edge does the work. */
  readonly solidBorder: string;
  readonly tint: string;
  /** Brand-coloured words, on paper and on the tint. */
  readonly text: string;
  /** Brand-coloured rules, on paper and on the tint. */
  readonly line: string;
};

const white = "#ffffff";
const ink = "#14171a";
const papers = { light: [white, "#f7f8f9", "#eef0f2"], dark: ["#181b1e", "#101214", "#0b0c0e"] } as const;

/** 4.5:1 and 3:1 with room for rounding to eight bits. */
const textContrastMin = 4.6;
const lineContrastMin = 3.05;
/** Below this a fill cannot be told from the paper. */
const fillContrastMin = 1.3;

/** Anything that is not `#rrggbb` gives the neutral palette, because an issued invoice must render whatever was saved. */
export function paletteFor(colour: string, scheme: Scheme): Palette {
  const brand = /^#[0-9a-f]{6}$/i.test(colour) ? colour.toLowerCase() : ink;
  const [paper] = papers[scheme];
  const dark = scheme === "dark";
  const [lightness, brandChroma, hue] = toLch(brand);
  const chroma = Math.min(brandChroma, 0.22);

  const solid = solidFor(brand, scheme);
  const onSolid =
    contrast(solid, white) >= textContrastMin || contrast(solid, white) >= contrast(solid, ink) ? white : ink;
  const tint = fromLch(dark ? 0.26 : 0.965, Math.min(chroma, dark ? 0.055 : 0.022), hue);
  const surfaces = [...papers[scheme], tint];
  const direction = dark ? 1 : -1;
  const text = solve(dark ? Math.max(lightness, 0.6) : Math.min(lightness, 0.62), direction, { chroma, hue, surfaces });
  const line = solve(dark ? Math.max(lightness, 0.5) : Math.min(lightness, 0.7), direction, {
    chroma,
    hue,
    surfaces,
    ratio: lineContrastMin,
  });
  const solidBorder = contrast(solid, paper) >= lineContrastMin ? solid : line;
  return { solid, onSolid, solidBorder, tint, text, line };
}

/** WCAG 2 contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (high + 0.05) / (low + 0.05);
}

function solidFor(brand: string, scheme: Scheme): string {
  const [paper] = papers[scheme];
  if (contrast(brand, paper) < fillContrastMin) return scheme === "dark" ? "#eceef0" : ink;
  const readable = (colour: string) => Math.max(contrast(colour, white), contrast(colour, ink)) >= textContrastMin;
  const [lightness, chroma, hue] = toLch(brand);
  for (let step = 0, colour = brand; step < 250; step += 1) {
    if (readable(colour)) return colour;
    colour = fromLch(lightness + (scheme === "dark" ? 1 : -1) * step * 0.004, chroma, hue);
  }
  return ink;
}

type Search = {
  readonly chroma: number;
  readonly hue: number;
  readonly surfaces: readonly string[];
  readonly ratio?: number;
};

/** The colour nearest to `from` that reaches the ratio on every surface, moving only in lightness. */
function solve(from: number, direction: 1 | -1, { chroma, hue, surfaces, ratio = textContrastMin }: Search): string {
  for (let lightness = from; lightness >= 0 && lightness <= 1; lightness += direction * 0.004) {
    const colour = fromLch(lightness, chroma, hue);
    if (surfaces.every((surface) => contrast(colour, surface) >= ratio)) return colour;
  }
  return direction < 0 ? ink : white;
}

type Triple = readonly [number, number, number];

const luminance = (colour: string): number => {
  const [red, green, blue] = toLinear(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

function toLinear(colour: string): Triple {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

// OKLCH, after Björn Ottosson: equal steps look equal, so moving lightness alone keeps the brand recognisable.
function toLch(colour: string): Triple {
  const [red, green, blue] = toLinear(colour);
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const medium = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  const a = 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short;
  const b = 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short;
  const lightness = 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short;
  return [lightness, Math.hypot(a, b), Math.atan2(b, a)];
}

/** Gives up chroma, never lightness or hue, until the colour exists in sRGB. */
function fromLch(lightness: number, chroma: number, hue: number): string {
  let [low, high] = [0, chroma];
  if (inGamut(lchToLinear(lightness, chroma, hue))) low = chroma;
  else {
    for (let step = 0; step < 18; step += 1) {
      const middle = (low + high) / 2;
      if (inGamut(lchToLinear(lightness, middle, hue))) low = middle;
      else high = middle;
    }
  }
  return `#${lchToLinear(lightness, low, hue).map(toHexPair).join("")}`;
}

function lchToLinear(lightness: number, chroma: number, hue: number): Triple {
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

const inGamut = (linear: Triple): boolean => linear.every((value) => value >= -1e-4 && value <= 1 + 1e-4);

function toHexPair(linear: number): string {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.max(linear, 0) ** (1 / 2.4) - 0.055;
  const byte = Math.round(Math.min(1, Math.max(0, value)) * 255);
  return byte.toString(16).padStart(2, "0");
}
