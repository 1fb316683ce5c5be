import type { Connection } from "../connection/connect.ts";
import { readPages } from "../connection/pages.ts";
import { Failure } from "../failure.ts";
import { findInvoice } from "../invoice/find-invoice.ts";
import { headLines, type Invoice, invoicePage, type PageOptions } from "../invoice/invoice-page.ts";
import { whyPage } from "../invoice/why-page.ts";
import { type Cell, table } from "../printing/table.ts";
import { hours, moment, words } from "../printing/words.ts";
import { verb } from "../verb.ts";

const entriesMax = 50_000;

export const show = verb({
  name: "show",
  summary: "Show an invoice: its lines, what stops it, and what you can do with it",
  arguments: { INVOICE: { what: "number, id, or the eight digits of plumb list" } },
  options: {
    why: { what: "each figure with its reason: rates, tax, checks" },
    timeline: { what: "all that happened to it" },
    entries: { what: "the work behind its lines" },
  },
  examples: ["show 9c1d00ab", "show MC-DE-2026-00042 --why"],
  run: async ({ arguments: { INVOICE }, options: { why, timeline, entries }, connect, config, world }) => {
    if ([why, timeline, entries].filter(Boolean).length > 1) {
      throw new Failure("usage", "Choose one of --why, --timeline and --entries.");
    }
    const connection = await connect();
    const invoice = await findInvoice(config.folder, connection, INVOICE);
    const page = (style: PageOptions["style"]) => ({ style, width: world.out.columns, now: Date.now() });
    if (timeline) {
      const happened = await findTimeline(connection, invoice);
      return { document: happened, lines: (style) => timelinePage(invoice, happened.items, page(style)) };
    }
    if (entries) {
      const work = await listEntries(connection, invoice);
      return { document: work, lines: (style) => entriesPage(invoice, work.items, page(style)) };
    }
    return { document: invoice, lines: (style) => (why ? whyPage : invoicePage)(invoice, page(style)) };
  },
});

const findTimeline = ({ ask }: Connection, { id: invoiceId }: Invoice) =>
  ask((client) => client.GET("/v1/invoices/{invoiceId}/timeline", { params: { path: { invoiceId } } }));

const timelinePage = (
  invoice: Invoice,
  items: Awaited<ReturnType<typeof findTimeline>>["items"],
  options: PageOptions,
): readonly string[] => [
  ...headLines(invoice, options),
  "",
  ...table(
    [{ title: "when (UTC)" }, { title: "what" }, { title: "who", canShrink: true }, { title: "why", canShrink: true }],
    items.map(({ at, what, by, byKind, reason }): readonly Cell[] => [
      moment(at),
      words(what.replace("invoice.", "")),
      byKind === "person" ? by : { text: `${by} (${byKind})`, as: "quiet" },
      reason ?? "",
    ]),
    options,
  ),
];

const listEntries = (connection: Connection, { id: invoiceId }: Invoice) =>
  readPages(connection, entriesMax, (client, page) =>
    client.GET("/v1/invoices/{invoiceId}/entries", { params: { path: { invoiceId }, query: page } }),
  );

const entriesPage = (
  invoice: Invoice,
  items: Awaited<ReturnType<typeof listEntries>>["items"],
  options: PageOptions,
): readonly string[] => [
  ...headLines(invoice, options),
  "",
  ...table(
    [
      { title: "line", align: "right" },
      { title: "day" },
      { title: "who", canShrink: true },
      { title: "project", canShrink: true },
      { title: "worked", align: "right" },
      { title: "billed", align: "right" },
      { title: "what was done", canShrink: true },
    ],
    items.map((entry): readonly Cell[] => [
      String(entry.line),
      entry.workedOn,
      entry.worker,
      entry.project,
      hours(entry.minutes),
      entry.billedMinutes === entry.minutes
        ? hours(entry.billedMinutes)
        : { text: hours(entry.billedMinutes), as: "warn" },
      entry.narrative,
    ]),
    options,
  ),
];
