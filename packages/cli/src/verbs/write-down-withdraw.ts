import { randomUUID } from "node:crypto";
import { Failure } from "../failure.ts";
import { findInvoice } from "../invoice/find-invoice.ts";
import { labelOf } from "../invoice/invoice-table.ts";
import { needReason, reasonOption } from "../plan/move-options.ts";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const writeDownWithdraw = verb({
  name: "write-down withdraw",
  summary: "Ask in full again for a line that was written down; the approvals of the invoice are void",
  arguments: {
    INVOICE: { what: "id, or the eight digits of plumb list" },
    LINE: { what: "position of the line" },
  },
  options: reasonOption,
  examples: ['write-down withdraw 9c1d00ab 2 --reason "The client agreed to pay it"'],
  run: async ({ arguments: { INVOICE, LINE }, options, connect, config }) => {
    const reason = needReason(options.reason);
    const connection = await connect();
    const { version, net, writeDowns = [] } = await findInvoice(config.folder, connection, INVOICE);
    const decision = writeDowns.find(({ lines }) => lines.includes(Number(LINE)));
    if (decision === undefined) throw new Failure("usage", `Nothing was decided about line ${LINE}.`);
    const header = { "Idempotency-Key": randomUUID(), "If-Match": `"${version}"` };
    const asked = await connection.ask((client) =>
      client.POST("/v1/write-downs/{writeDownId}/withdrawal", {
        params: { header, path: { writeDownId: decision.id } },
        body: { reason },
      }),
    );
    return {
      document: asked,
      lines: (style) => [`${style.good("asked in full")}  ${labelOf(asked)}  net ${money(net)} → ${money(asked.net)}`],
    };
  },
});
