import type { Schemas } from "@plumbline/client/client";
import type { Connection } from "../connection/connect.ts";
import { Failure } from "../failure.ts";
import { findInvoiceId } from "../invoice/find-invoice.ts";
import { handleOf } from "../invoice/handles.ts";
import type { Progress } from "../printing/progress.ts";
import { type Cell, table } from "../printing/table.ts";
import { counted } from "../printing/words.ts";
import { type Answer, verb } from "../verb.ts";

type Recomputation = Schemas["Recomputation"];

/** Invoices that are asked for at once: each page is answered within the limits of one request. */
const pageRows = 100;

export const recompute = verb({
  name: "recompute",
  summary: "Make invoices anew from their stored inputs, and fail when one is not what is stored",
  arguments: { INVOICE: { what: "number, id, or the eight digits of plumb list", many: true, optional: true } },
  options: { all: { what: "every invoice of the firm" } },
  examples: ["recompute MC-DE-2026-00042", "recompute --all"],
  run: async ({ arguments: { INVOICE }, options: { all }, connect, config, progress, world }) => {
    if (INVOICE.length > 0 === (all === true)) throw new Failure("usage", "Name invoices, or say --all.");
    const connection = await connect();
    const found = all
      ? await recomputeAll(connection, progress)
      : await recomputeEach(connection, { folder: config.folder, references: INVOICE });
    return recomputed(found, world.out.columns);
  },
});

type Found = { readonly invoices: number; readonly differing: readonly Recomputation[] };

/** Only what differs is kept: a firm has more invoices than a terminal has memory. */
async function recomputeAll({ ask }: Connection, progress: Progress): Promise<Found> {
  const differing: Recomputation[] = [];
  let invoices = 0;
  let cursor: string | undefined;
  do {
    const query = { limit: pageRows, ...(cursor !== undefined && { cursor }) };
    const page = await ask((client) => client.GET("/v1/recomputations", { params: { query } }));
    invoices += page.items.length;
    differing.push(...page.items.filter(({ matches }) => !matches));
    progress.update(`${counted(invoices, "invoice")} made anew, ${differing.length} differ`);
    cursor = page.next;
  } while (cursor !== undefined);
  progress.end();
  return { invoices, differing };
}

async function recomputeEach(
  connection: Connection,
  { folder, references }: { readonly folder: string; readonly references: readonly string[] },
): Promise<Found> {
  const found: Recomputation[] = [];
  for (const reference of references) {
    const invoiceId = await findInvoiceId(folder, connection, reference);
    const path = { invoiceId };
    found.push(
      await connection.ask((client) => client.GET("/v1/invoices/{invoiceId}/recomputation", { params: { path } })),
    );
  }
  return { invoices: found.length, differing: found.filter(({ matches }) => !matches) };
}

function recomputed({ invoices, differing }: Found, width: number | undefined): Answer {
  const rows = differing.flatMap(({ invoiceId, number, differences }) =>
    differences.map(({ where, member, stored, recomputed: anew }): readonly Cell[] => [
      number ?? handleOf(invoiceId),
      where,
      member,
      stored ?? { text: "absent", as: "quiet" },
      anew ?? { text: "absent", as: "quiet" },
    ]),
  );
  return {
    document: { invoices, matching: invoices - differing.length, differing },
    exit: differing.length === 0 ? "done" : "failed",
    lines: (style) => [
      ...(rows.length > 0 ? table(columns, rows, { style, width }) : []),
      differing.length === 0
        ? style.good(`${counted(invoices, "invoice")} made anew: all are what is stored, to the byte.`)
        : style.bad(`${differing.length} of ${counted(invoices, "invoice")} are not what their inputs make them.`),
    ],
  };
}

const columns = [
  { title: "invoice" },
  { title: "where", canShrink: true },
  { title: "member" },
  { title: "stored", canShrink: true },
  { title: "made anew", canShrink: true },
] as const;
