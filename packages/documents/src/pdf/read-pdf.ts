import { inflateSync } from "node:zlib";

/** What a person and a screen reader find in a PDF of ours. */
export type PdfContents = {
  /** Lines from top to bottom; runs that stand apart on one line are two spaces apart. */
  readonly pages: readonly (readonly string[])[];
  /** How often each structure element occurs, such as `TH` or `H1`. */
  readonly tags: Readonly<Record<string, number>>;
  readonly language: string | undefined;
  /** The PDF/A part and conformance level of the metadata, such as `3B`. */
  readonly conformance: string | undefined;
};

/**
 * Reads PDFs as our typesetter writes them: for tests and golden files, which must see the words and not the bytes. It
 * knows no other producer's PDFs.
 */
export function readPdf(bytes: Uint8Array): PdfContents {
  const text = Buffer.from(bytes).toString("latin1");
  const objects = new Map<string, string>();
  for (const [, id = "", body = ""] of text.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj(?=\n)/g))
    objects.set(id, body);
  const all = [...objects.values()];
  const kids = all.find((body) => body.includes("/Type /Pages"))?.match(/\/Kids \[([^\]]*)\]/)?.[1] ?? "";
  const xmp = all.map((body) => (body.includes("/Type /Metadata") ? streamOf(body) : "")).join("");
  const tags: Record<string, number> = {};
  for (const body of all) {
    const tag = /\/Type \/StructElem[\s\S]*?\/S \/(\w+)/.exec(body)?.[1];
    if (tag) tags[tag] = (tags[tag] ?? 0) + 1;
  }
  return {
    pages: references(kids).map((id) => linesOf(objects.get(id) ?? "", objects)),
    tags: Object.fromEntries(Object.entries(tags).sort(([left], [right]) => (left < right ? -1 : 1))),
    language: /\/Lang \(([^)]*)\)/.exec(all.find((body) => body.includes("/Type /Catalog")) ?? "")?.[1],
    conformance: /pdfaid:part>(\d).*?pdfaid:conformance>(\w)/s.exec(xmp)?.slice(1).join(""),
  };
}

type Run = { readonly x: number; readonly y: number; readonly words: string };

function linesOf(page: string, objects: ReadonlyMap<string, string>): string[] {
  const fonts = new Map<string, ReadonlyMap<string, string>>();
  const named = /\/Font <<([\s\S]*?)>>/.exec(page)?.[1] ?? "";
  for (const [, name = "", id = ""] of named.matchAll(/\/(\w+) (\d+) 0 R/g)) {
    const unicode = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? "")?.[1];
    fonts.set(name, charactersOf(streamOf(objects.get(unicode ?? "") ?? "")));
  }
  const [contents = ""] = references(/\/Contents (\d+ 0 R)/.exec(page)?.[1] ?? "");
  const rows = Map.groupBy(runsOf(streamOf(objects.get(contents) ?? ""), fonts), (run) => Math.round(run.y));
  return [...rows]
    .sort(([upper], [lower]) => lower - upper)
    .map(([, runs]) => runs.sort((left, right) => left.x - right.x).map((run) => run.words.trim()))
    .map((words) => words.filter(Boolean).join("  "))
    .filter(Boolean);
}

function runsOf(content: string, fonts: ReadonlyMap<string, ReadonlyMap<string, string>>): Run[] {
  const runs: Run[] = [];
  let [x, y] = [0, 0];
  let font: ReadonlyMap<string, string> | undefined;
  for (const line of content.split("\n")) {
    const move = /^1 0 0 -1 (\S+) (\S+) (cm|Tm)$/.exec(line);
    if (move?.[3] === "cm") [x, y] = [Number(move[1]), Number(move[2])];
    const face = /^\/(\w+) \S+ Tf$/.exec(line)?.[1];
    if (face) font = fonts.get(face);
    if (!/T[Jj]$/.test(line)) continue;
    const glyphs = [...line.matchAll(/\(((?:\\.|[^\\)])*)\)|<([0-9a-f]*)>/gi)]
      .map(([, literal, hex = ""]) => (literal === undefined ? hex.toLowerCase() : hexOf(literal)))
      .join("");
    const words = (glyphs.match(/.{4}/g) ?? []).map((glyph) => font?.get(glyph) ?? "").join("");
    runs.push({ x, y, words });
  }
  return runs;
}

function charactersOf(map: string): Map<string, string> {
  const pairs = [...map.matchAll(/^<([0-9a-f]{4})> <([0-9a-f]+)>$/gim)];
  return new Map(pairs.map(([, glyph = "", hex = ""]) => [glyph.toLowerCase(), fromUtf16(hex)]));
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

function hexOf(literal: string): string {
  const bytes = literal.replaceAll(/\\(\d{3}|.)/g, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCodePoint(Number.parseInt(escaped, 8)) : (escapes[escaped] ?? escaped),
  );
  return Buffer.from(bytes, "latin1").toString("hex");
}

const fromUtf16 = (hex: string): string => Buffer.from(hex, "hex").swap16().toString("utf16le");

const references = (list: string): string[] => [...list.matchAll(/(\d+) 0 R/g)].map(([, id = ""]) => id);

function streamOf(body: string): string {
  const start = body.indexOf("stream\n");
  if (start < 0) return "";
  const length = Number(/\/Length (\d+)/.exec(body)?.[1]);
  const bytes = Buffer.from(body, "latin1").subarray(start + 7, start + 7 + length);
  return (body.includes("/FlateDecode") ? inflateSync(bytes) : bytes).toString("latin1");
}
