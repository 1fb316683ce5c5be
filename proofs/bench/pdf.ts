import type { InvoiceSnapshot } from "@plumbline/domain/invoice/snapshot";
import { loadInvoicePage, renderInvoiceHtml } from "@plumbline/documents/html/render-invoice-html";
import { toInvoiceView } from "@plumbline/documents/invoice/to-invoice-view";
import { openPdfRenderer } from "@plumbline/documents/pdf/open-pdf-renderer";
import { chromiumArguments, findChromium } from "@plumbline/testing/find-chromium";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { chromium } from "playwright-core";
import { defineProof, type Figure, type ProofOptions } from "../proof.ts";

const ratioMin = 3;
const memoryGrowthMax = 1.15;

export const proof = defineProof({
  promise:
    `a two-page invoice with timesheet becomes a PDF at least ${ratioMin} times as fast as headless Chromium prints its ` +
    `page, and memory after 1,000 documents is at most ${memoryGrowthMax} times that after 200`,
  run: async (options) => {
    const memory = await measureMemory(options);
    const speed = await measureSpeed(options);
    const ok = memory.ok && speed.ok;
    return { ok, figures: { processors: cpus().length, ...memory.figures, ...speed.figures } };
  },
});

type Part = { readonly ok: boolean; readonly figures: Readonly<Record<string, Figure>> };
/** Documents a second of one method, by rendering `count` documents one after another. */
type Contender = (count: number) => Promise<number>;

/** Peaks, because the threads' recycling makes memory a saw: the last teeth may not stand higher than the first. */
async function measureMemory({ short, say }: ProofOptions): Promise<Part> {
  const [documents, window] = short ? [300, 100] : [1_000, 200];
  say(`memory: ${documents} documents in one thread`);
  const renderer = openPdfRenderer({ threads: 1 });
  const megabytes: number[] = [];
  for (let index = 0; index < documents; index += 1) {
    const snapshot = invoiceNumber(index);
    await renderer.render(toInvoiceView(snapshot), { createdAt: new Date(snapshot.issuedOn) });
    megabytes.push(process.memoryUsage.rss() / 1e6);
  }
  await renderer.close();
  const first = Math.max(...megabytes.slice(0, window));
  const last = Math.max(...megabytes.slice(-window));
  const growth = last / first;
  return {
    ok: growth <= memoryGrowthMax,
    figures: {
      memoryDocuments: documents,
      [`rssPeakFirst${window}Mb`]: Math.round(first),
      [`rssPeakLast${window}Mb`]: Math.round(last),
      memoryGrowth: round(growth),
      memoryGrowthMax,
    },
  };
}

async function measureSpeed({ short, say }: ProofOptions): Promise<Part> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    const strict = process.env["CI_STRICT"] === "1";
    say("the peer is missing: there is no Chromium on PATH, so only memory was measured");
    return { ok: !strict, figures: { speed: "not measured: Chromium is missing" } };
  }
  const [rounds, documents] = short ? [3, 10] : [7, 30];
  const browser = await chromium.launch({ executablePath, args: chromiumArguments() });
  const renderer = openPdfRenderer({ threads: 1 });
  try {
    const page = await browser.newPage();
    const template = loadInvoicePage();
    const ours: Contender = paced(async (snapshot) => {
      await renderer.render(toInvoiceView(snapshot), { createdAt: new Date(snapshot.issuedOn) });
    });
    const theirs: Contender = paced(async (snapshot) => {
      await page.setContent(renderInvoiceHtml(toInvoiceView(snapshot), template));
      await page.pdf({ format: "A4", printBackground: true, preferCSSPageSize: true, tagged: true, outline: true });
    });
    return await compare({ ours, theirs, rounds, documents, say, peer: browser.version() });
  } finally {
    await Promise.all([renderer.close(), browser.close()]);
  }
}

type Comparison = {
  readonly ours: Contender;
  readonly theirs: Contender;
  readonly rounds: number;
  readonly documents: number;
  readonly peer: string;
  readonly say: (line: string) => void;
};

/** Alternates, so that whatever else the machine does falls on both; the median of the rounds' ratios decides. */
async function compare({ ours, theirs, rounds, documents, peer, say }: Comparison): Promise<Part> {
  await ours(5);
  await theirs(5);
  const results: { ours: number; theirs: number }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    results.push({ ours: await ours(documents), theirs: await theirs(documents) });
    say(`speed: round ${round} of ${rounds}`);
  }
  const ratio = median(results.map((result) => result.ours / result.theirs));
  return {
    ok: ratio >= ratioMin,
    figures: {
      peer: `Chromium ${peer}, warm, one page, tagged PDF with outline as ours`,
      speedDocuments: rounds * documents,
      oursPerSecond: round(median(results.map((result) => result.ours))),
      chromiumPerSecond: round(median(results.map((result) => result.theirs))),
      ratio: round(ratio),
      ratioMin,
    },
  };
}

/** Every document differs from all before, so that no cache answers for the work. */
function paced(render: (snapshot: InvoiceSnapshot) => Promise<void>): Contender {
  let index = 0;
  return async (count) => {
    const startedAt = performance.now();
    for (let rendered = 0; rendered < count; rendered += 1) await render(invoiceNumber((index += 1)));
    return (count * 1000) / (performance.now() - startedAt);
  };
}

const sample = JSON.parse(
  readFileSync(new URL("../../templates/invoice/sample.json", import.meta.url), "utf8"),
) as InvoiceSnapshot;

/** The sample invoice with other people, words and amounts: two pages, the second its timesheet. */
function invoiceNumber(index: number): InvoiceSnapshot {
  return {
    ...sample,
    number: `HA-2026-${index}`,
    buyer: { ...sample.buyer, name: `Northwind Legal ${index} LLP`, legalName: `Northwind Legal ${index} LLP` },
    totalMinor: String(Number(sample.totalMinor) + index),
    lines: sample.lines.map((line) => ({ ...line, description: `${line.description}, part ${index}` })),
    annex: sample.annex.map((entry) => ({ ...entry, narrative: `${entry.narrative} (${index})` })),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const round = (value: number): number => Math.round(value * 100) / 100;
