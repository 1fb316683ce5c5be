import { randomUUID } from "node:crypto";
import { counted, money } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const net = verb({
  name: "net",
  summary: "Hold a client's credit, from payments and credit notes, against what it owes",
  arguments: {
    CLIENT: { what: "id of the client" },
    ENTITY: { what: "id of the legal entity it owes" },
    CURRENCY: { what: "such as EUR" },
  },
  examples: ["net 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02 EUR"],
  run: async ({ connect, arguments: { CLIENT: clientId, ENTITY: legalEntityId, CURRENCY: currency } }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() } };
    const body = { clientId, legalEntityId, currency };
    const netting = await ask((client) => client.POST("/v1/nettings", { params, body }));
    const invoices = new Set(netting.applied.map(({ invoiceId }) => invoiceId)).size;
    return {
      document: netting,
      lines: (style) => [
        ...netting.applied.map(({ paymentId, invoiceId, amount }) => `${money(amount)}  ${paymentId} → ${invoiceId}`),
        style.quiet(`${counted(invoices, "invoice")} took of it; ${money(netting.left)} of the credit is left.`),
      ],
    };
  },
});
