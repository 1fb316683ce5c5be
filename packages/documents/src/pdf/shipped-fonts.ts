import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** One file and the code points it has glyphs for. */
export type ShippedFont = { readonly bytes: Buffer; readonly covers: ReadonlySet<number> };

const packages = "@expo-google-fonts";

/** The brand families in two weights, then the scripts they lack. The template names them in the same order. */
const files = [
  "inter/400Regular/Inter_400Regular.ttf",
  "inter/600SemiBold/Inter_600SemiBold.ttf",
  "source-sans-3/400Regular/SourceSans3_400Regular.ttf",
  "source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf",
  "noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf",
  "noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf",
  "noto-emoji/400Regular/NotoEmoji_400Regular.ttf",
];

export function loadShippedFonts(): ShippedFont[] {
  const { resolve } = createRequire(import.meta.url);
  return files.map((file) => {
    const bytes = readFileSync(resolve(`${packages}/${file}`));
    return { bytes, covers: coverageOf(bytes) };
  });
}

/**
 * Reads which code points a TrueType file has glyphs for, from its `cmap` (formats 4 and 12, which all our files use).
 *
 * @throws RangeError for a file without such a table
 */
function coverageOf(font: Buffer): Set<number> {
  const table = tableOffset(font, "cmap");
  const covers = new Set<number>();
  let found = false;
  for (let index = 0; index < font.readUInt16BE(table + 2); index += 1) {
    const subtable = table + font.readUInt32BE(table + 8 + index * 8);
    const format = font.readUInt16BE(subtable);
    if (format === 4) addSegments(font, subtable, covers);
    if (format === 12) addGroups(font, subtable, covers);
    found ||= format === 4 || format === 12;
  }
  if (!found) throw new RangeError("the font has no Unicode character map");
  return covers;
}

function tableOffset(font: Buffer, tag: string): number {
  for (let index = 0; index < font.readUInt16BE(4); index += 1) {
    const record = 12 + index * 16;
    if (font.toString("latin1", record, record + 4) === tag) return font.readUInt32BE(record + 8);
  }
  throw new RangeError(`the font has no ${tag} table`);
}

function addSegments(font: Buffer, subtable: number, covers: Set<number>): void {
  const doubled = font.readUInt16BE(subtable + 6);
  const [ends, starts] = [subtable + 14, subtable + 16 + doubled];
  const [deltas, offsets] = [starts + doubled, starts + 2 * doubled];
  for (let segment = 0; segment < doubled; segment += 2) {
    const start = font.readUInt16BE(starts + segment);
    const end = font.readUInt16BE(ends + segment);
    const delta = font.readUInt16BE(deltas + segment);
    const offset = font.readUInt16BE(offsets + segment);
    for (let point = start; point <= end && point < 0xff_ff; point += 1) {
      const glyph = offset === 0 ? point : font.readUInt16BE(offsets + segment + offset + 2 * (point - start));
      if (glyph !== 0 && ((glyph + delta) & 0xff_ff) !== 0) covers.add(point);
    }
  }
}

function addGroups(font: Buffer, subtable: number, covers: Set<number>): void {
  const groups = font.readUInt32BE(subtable + 12);
  for (let index = 0; index < groups; index += 1) {
    const group = subtable + 16 + index * 12;
    const [start, end] = [font.readUInt32BE(group), font.readUInt32BE(group + 4)];
    for (let point = start; point <= end; point += 1) covers.add(point);
  }
}
