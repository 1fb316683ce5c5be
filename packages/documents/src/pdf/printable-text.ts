/** Stands where a character has no glyph, so that a reader sees that something is there. In both brand families. */
const missing = "\u25a1";
const replacement = "\ufffd";

/** Code points that shapers drop without needing a glyph: joiners, variation selectors, soft hyphens. */
const invisible = /^(?:\p{Variation_Selector}|\u034f|[\u00ad\u200b-\u200d\u2060])$/u;

/** Text every font has: most text, and the reason this is cheap. */
const plain = /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u00ff]*$/;

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/**
 * Makes text that every shipped font chain can print. PDF/A forbids a character without a glyph, and one emoji in a
 * narrative must not stop an invoice, so what no font covers becomes a square, and a mark that no font can place on its
 * letter is left out.
 */
export function printableText(text: string, coverages: readonly ReadonlySet<number>[]): string {
  if (plain.test(text)) return text;
  let printable = "";
  for (const { segment } of graphemes.segment(text.normalize("NFC"))) printable += printableCluster(segment, coverages);
  return printable;
}

/** The same for every string inside plain JSON. */
export function printableJson(value: unknown, coverages: readonly ReadonlySet<number>[]): unknown {
  if (typeof value === "string") return printableText(value, coverages);
  if (Array.isArray(value)) return value.map((item) => printableJson(item, coverages));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printableJson(item, coverages)]));
}

function printableCluster(cluster: string, coverages: readonly ReadonlySet<number>[]): string {
  const characters = [...cluster].filter((character) => !invisible.test(character));
  const points = characters.map((character) => character.codePointAt(0) ?? 0);
  // A letter and its marks are set from one font or not at all.
  if (coverages.some((covers) => points.every((point) => covers.has(point)))) return cluster;
  const [base = replacement] = characters;
  return coverages.some((covers) => covers.has(base.codePointAt(0) ?? 0)) && !/^\p{M}$/u.test(base) ? base : missing;
}
