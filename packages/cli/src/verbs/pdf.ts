import { writeFile } from "node:fs/promises";
import { Failure } from "../failure.ts";
import { findInvoice } from "../invoice/find-invoice.ts";
import { count } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const pdf = verb({
  name: "pdf",
  summary: "Save an issued invoice as PDF",
  arguments: { INVOICE: { what: "number, id, or the eight digits of plumb list" } },
  options: { out: { value: "FILE", short: "o", what: "where to; the invoice's number, here" } },
  examples: ["pdf MC-DE-2026-00042", "pdf MC-DE-2026-00042 -o invoice.pdf"],
  run: async ({ arguments: { INVOICE }, options, connect, config }) => {
    const connection = await connect();
    const { id: invoiceId, number } = await findInvoice(config.folder, connection, INVOICE);
    const bytes = await connection.ask((client) =>
      client.GET("/v1/invoices/{invoiceId}/documents/{format}", {
        params: { path: { invoiceId, format: "pdf" } },
        parseAs: "arrayBuffer",
      }),
    );
    const file = options.out ?? `${(number ?? invoiceId).replaceAll(/[^\w.-]/g, "_")}.pdf`;
    await writeFile(file, new Uint8Array(bytes)).catch((cause: NodeJS.ErrnoException) => {
      throw new Failure("failed", `${file} cannot be written (${cause.code}). Choose another with --out.`, { cause });
    });
    return {
      document: { invoiceId, file, bytes: bytes.byteLength },
      lines: (style) => [`${style.strong(file)} (${count(bytes.byteLength)} bytes)`],
    };
  },
});
