import { type Family, familyFor } from "@plumbline/domain/brand/family";
import { type Palette, paletteFor, type Scheme } from "@plumbline/domain/brand/palette";

/** The variable a stylesheet finds each colour of the palette under. */
// prettier-ignore
// oxfmt-ignore
const variables = {
  page: "--page", surface: "--surface", sunken: "--sunken", ink: "--ink", muted: "--muted", hairline: "--hairline", control: "--control",
  solid: "--solid", solidHover: "--solid-hover", solidActive: "--solid-active", onSolid: "--on-solid", solidBorder: "--solid-border",
  tint: "--tint", tintStrong: "--tint-strong", text: "--brand-text", line: "--brand-line", focus: "--focus",
} as const satisfies Record<keyof Palette, `--${string}`>;

/** The name under which the files of a family are declared. */
const faces = {
  Inter: "Inter Variable",
  "Source Sans 3": "Source Sans 3 Variable",
} as const satisfies Record<Family, string>;

/** A brand as a stylesheet: every colour of both schemes and the family. The scheme a person chose outweighs their system's. */
export function brandCss(brand: { readonly colour: string; readonly font: string }): string {
  const [light, dark] = [declarations(brand.colour, "light"), declarations(brand.colour, "dark")];
  const font = `--font:"${faces[familyFor(brand.font)]}",system-ui,sans-serif`;
  return [
    `:root{${light};${font}}`,
    `@media(prefers-color-scheme:dark){:root:not([data-scheme=light]){${dark}}}`,
    `:root[data-scheme=dark]{${dark}}`,
  ].join("");
}

function declarations(colour: string, scheme: Scheme): string {
  const palette = paletteFor(colour, scheme);
  const names = Object.keys(variables) as (keyof Palette)[];
  return [`color-scheme:${scheme}`, ...names.map((name) => `${variables[name]}:${palette[name]}`)].join(";");
}
