import { findInvoiceId } from "../invoice/find-invoice.ts";
import { handleOf } from "../invoice/handles.ts";
import { findRebill, rebillTable } from "../invoice/rebill-table.ts";
import { verb } from "../verb.ts";

export const rebill = verb({
  name: "rebill",
  summary: "Hold an invoice or a credit note against what its work comes to when it is billed anew",
  arguments: { INVOICE: { what: "number, id, or the eight digits of plumb list" } },
  examples: ["rebill F-2026-00017", "rebill CN-F-2026-00004"],
  run: async ({ arguments: { INVOICE }, connect, config, world }) => {
    const connection = await connect();
    const found = await findRebill(connection, await findInvoiceId(config.folder, connection, INVOICE));
    return {
      document: found,
      lines: (style) => [
        ...rebillTable(found, { style, width: world.out.columns }),
        ...found.invoices.map(({ id, number }) => `drafted anew as ${number ?? handleOf(id)}`),
        ...(found.expected || found.invoices.length > 0 ? [] : [style.warn("Nothing was drafted: see plumb stuck.")]),
      ],
    };
  },
});
