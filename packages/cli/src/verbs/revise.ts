import { randomUUID } from "node:crypto";
import { findInvoice } from "../invoice/find-invoice.ts";
import { labelOf } from "../invoice/invoice-table.ts";
import { needReason, reasonOption } from "../plan/move-options.ts";
import { words } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const revise = verb({
  name: "revise",
  summary: "Draft an invoice anew from the work, rates and terms of now; its approvals are void",
  arguments: { INVOICE: { what: "number, id, or the eight digits of plumb list" } },
  options: reasonOption,
  examples: ['revise 9c1d00ab --reason "Two days were booked late"'],
  run: async ({ arguments: { INVOICE }, options, connect, config }) => {
    const reason = needReason(options.reason);
    const connection = await connect();
    const { id: invoiceId, version } = await findInvoice(config.folder, connection, INVOICE);
    const header = { "Idempotency-Key": randomUUID(), "If-Match": `"${version}"` };
    const revised = await connection.ask((client) =>
      client.POST("/v1/invoices/{invoiceId}/revision", { params: { header, path: { invoiceId } }, body: { reason } }),
    );
    return {
      document: revised,
      lines: (style) => [`${style.good("revised")}  ${labelOf(revised)}  ${words(revised.stage)}`],
    };
  },
});
