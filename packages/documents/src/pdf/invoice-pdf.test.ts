import type { InvoiceSnapshot } from "@plumbline/domain/invoice/snapshot";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { toInvoiceView } from "../invoice/to-invoice-view.ts";
import { openPdfRenderer } from "./open-pdf-renderer.ts";
import { type PdfContents, readPdf } from "./read-pdf.ts";

const templates = new URL("../../../../templates/invoice/", import.meta.url);
const sample = (name: string): InvoiceSnapshot => JSON.parse(readFileSync(new URL(`${name}.json`, templates), "utf8"));
const harbor = sample("sample");
const [line] = harbor.lines;
const [entry] = harbor.annex;
if (!line || !entry) throw new Error("the sample is empty");

const renderer = openPdfRenderer({ threads: 1, documentsPerThread: 20, timeoutMs: 60_000 });
const createdAt = new Date(harbor.issuedOn);
const bytesOf = (snapshot: InvoiceSnapshot) => renderer.render(toInvoiceView(snapshot), { createdAt });
const print = async (snapshot: InvoiceSnapshot) => readPdf(await bytesOf(snapshot));
const wordsOf = (contents: PdfContents) => contents.pages.flat().join(" ");

afterAll(() => renderer.close());

describe("the invoice as PDF", () => {
  it.each(["sample", "sample-saffron"])("reads like its golden file (%s)", async (name) => {
    const { pages, ...structure } = await print(sample(name));
    const text = [JSON.stringify(structure), ...pages.map((lines) => lines.join("\n"))].join("\n\n--- page ---\n\n");
    await expect(`${text}\n`).toMatchFileSnapshot(fileURLToPath(new URL(`golden/${name}.pdf.txt`, templates)));
  });

  it("does without the calculation under each line in the summary", async () => {
    const words = wordsOf(await print({ ...harbor, template: { ...harbor.template, id: "summary" } }));
    expect(words).not.toContain("Principal rate of the 2026");
    expect(words).toContain(line.description);
  });

  it("prints a credit note with the invoice it corrects, and no bank to pay to", async () => {
    const { bank: _bank, ...rest } = harbor;
    const correction = { number: "F-2026-00041", issuedOn: harbor.issuedOn, reason: "Agreed with the client" };
    const words = wordsOf(await print({ ...rest, totalMinor: `-${harbor.totalMinor}`, annex: [], correction }));
    for (const said of ["Credit note", "Corrects invoice", "F-2026-00041 of", "Agreed with the client", "Settlement"]) {
      expect(words).toContain(said);
    }
    expect(words).not.toContain("Please pay");
  });

  it("is tagged PDF/A-3b in the language of the invoice", async () => {
    const contents = await print(sample("sample-saffron"));
    expect(contents).toMatchObject({ conformance: "3B", language: "de-DE", tags: { H1: 2, Table: 4, Figure: 1 } });
    expect(contents.tags["TH"]).toBeGreaterThan(10);
  });

  it("has the same bytes every time, in whichever thread", async () => {
    const other = openPdfRenderer({ threads: 1 });
    const [first, second] = [await bytesOf(harbor), await bytesOf(harbor)];
    const third = await other.render(toInvoiceView(harbor), { createdAt });
    await other.close();
    expect(Buffer.compare(first, second)).toBe(0);
    expect(Buffer.compare(first, third)).toBe(0);
  });

  it("starts the timesheet on its own page, repeats its header and numbers every page", async () => {
    const { pages } = await print(sample("sample-saffron"));
    const start = pages.findIndex((lines) => lines[0] === "Stundennachweis");
    expect(start).toBeGreaterThan(0);
    for (const lines of pages.slice(start)) expect(lines).toContain("Datum  Person  Tätigkeit  Stunden");
    expect(pages.map((lines) => lines.at(-1)?.match(/Seite \d+ von \d+/)?.[0])).toEqual(
      pages.map((_, index) => `Seite ${index + 1} von ${pages.length}`),
    );
    expect(await print({ ...harbor, annex: [] })).toMatchObject({ pages: [expect.anything()] });
  });

  it("prints markup of any language as the text it is", async () => {
    const hostile =
      '#import "x" *bold* _i_ $a^2$ @ref <label> // note <script>alert(1)</script> {{x}} \\u{41} ] ) `raw`';
    const words = wordsOf(
      await print({ ...harbor, lines: [{ ...line, description: hostile, because: hostile }], annex: [] }),
    );
    // The description is set in other line breaks than the reason, so words are compared without spaces.
    const bare = (text: string) => text.replaceAll(/\s/g, "");
    for (const part of hostile.split(" ").map(bare)) expect(bare(words)).toContain(part);
  });

  it("survives scripts, emoji, unknown characters, endless words and broken text", async () => {
    const words = [
      "שלום",
      "مرحبا",
      "😀👩‍🚀",
      "漢字",
      "Z̷̢̛a̴l̶g̵o̸",
      "\ud800",
      "\u202egnp.exe",
      "x".repeat(300),
      "ß".repeat(300),
      "",
    ];
    const annex = words.map((narrative) => ({ ...entry, narrative, worker: narrative, task: narrative }));
    const contents = await print({
      ...harbor,
      number: words.join(" ").slice(0, 200),
      buyer: { ...harbor.buyer, name: "x".repeat(300), address: words },
      lines: words.map((description, index) => ({ ...line, position: index + 1, description, project: description })),
      annex,
      totalMinor: "9".repeat(40),
    });
    const text = wordsOf(contents).replaceAll(/[\s\u200b]/g, "");
    expect(text).toContain("x".repeat(300));
    expect(text).toContain("□□");
    expect(text).toContain("gnp.exe");
  });

  it("prints a thousand lines and a thousand entries", async () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => ({ ...line, position: index + 1 }));
    const annex = lines.map(({ position }) => ({ ...entry, line: position, narrative: `Entry ${position} done` }));
    const contents = await print({ ...harbor, lines, annex });
    expect(contents.pages.length).toBeGreaterThan(60);
    const printed = new Set(wordsOf(contents).match(/Entry \d+ done/g));
    expect(printed.size).toBe(1_000);
  }, 60_000);

  it("prints the name where the logo cannot be drawn, and never reads a file for it", async () => {
    const withLogo = (logoSvg: string) => print({ ...harbor, brand: { ...harbor.brand, logoSvg } });
    const broken = await withLogo("<svg><rect width=</svg>");
    expect(broken.tags).not.toHaveProperty("Figure");
    expect(wordsOf(broken)).toContain("Harbor Advisory");
    const svg = (inner: string) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">${inner}</svg>`;
    for (const inner of [
      '<image href="file:///etc/passwd" width="9" height="9"/>',
      '<image href="invoice.typ" width="9" height="9"/>',
      "<script>alert(1)</script>",
      "<text y='8'>漢</text>",
    ]) {
      expect(wordsOf(await withLogo(svg(inner)))).toContain("Amount due");
    }
  });
});
