/** Lightness 0 to 1, chroma, and hue in radians: equal steps look equal, so moving lightness alone keeps a brand recognisable. */
export type Lch = readonly [lightness: number, chroma: number, hue: number];

type Triple = readonly [number, number, number];

// After Björn Ottosson, https://bottosson.github.io/posts/oklab/.
export function toLch(colour: string): Lch {
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
export function fromLch([lightness, chroma, hue]: Lch): string {
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

/** WCAG 2 contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [first, second] = [luminance(one), luminance(other)];
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

const luminance = (colour: string): number => {
  const [red, green, blue] = toLinear(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

function toLinear(colour: string): Triple {
  const channel = (at: number) => linear[Number.parseInt(colour.slice(at, at + 2), 16)] ?? 0;
  return [channel(1), channel(3), channel(5)];
}

/** Light of each of the 256 values of a channel. */
const linear: readonly number[] = Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

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

const inGamut = (light: Triple): boolean => light.every((value) => value >= -1e-4 && value <= 1 + 1e-4);

function toHexPair(light: number): string {
  const value = light <= 0.0031308 ? 12.92 * light : 1.055 * Math.max(light, 0) ** (1 / 2.4) - 0.055;
  const byte = Math.round(Math.min(1, Math.max(0, value)) * 255);
  return byte.toString(16).padStart(2, "0");
}
