import { randomUUID } from "node:crypto";
import { Failure } from "../failure.ts";
import { findInvoiceId } from "../invoice/find-invoice.ts";
import { verb } from "../verb.ts";

export const waive = verb({
  name: "waive",
  summary: "Let what a rule says about an invoice as it is not stop it for some days; the ruling stays and shows",
  arguments: {
    INVOICE: { what: "number, id, or the eight digits of plumb list" },
    RULE: { what: "id of the rule, such as po-required" },
    DAYS: { what: "for how many days, today included" },
    REASON: { what: "why, in a sentence" },
  },
  options: { client: { what: "the first argument is the id of a client: about all its invoices" } },
  examples: ['waive 3f5a7b9c po-required 14 "The order is on its way; the buyer confirmed it"'],
  run: async ({ arguments: { INVOICE, RULE: rule, DAYS, REASON: reason }, options, connect, config }) => {
    if (!/^\d{1,3}$/.test(DAYS)) throw new Failure("usage", `DAYS is a number of days, not "${DAYS}".`);
    const connection = await connect();
    const said = { rule, days: Number(DAYS), reason };
    const header = { "Idempotency-Key": randomUUID() };
    const waived =
      options.client === true
        ? await connection.ask((client) =>
            client.POST("/v1/clients/{clientId}/waivers", {
              params: { header, path: { clientId: INVOICE } },
              body: said,
            }),
          )
        : await waiveInvoice(await findInvoiceId(config.folder, connection, INVOICE));
    return {
      document: waived,
      lines: (style) => [
        style.warn(`${waived.rule} is waived for ${waived.client.name} up to and on ${waived.until}.`),
      ],
    };

    async function waiveInvoice(invoiceId: string) {
      const path = { invoiceId };
      const { contentHash } = await connection.ask((client) =>
        client.GET("/v1/invoices/{invoiceId}", { params: { path } }),
      );
      return connection.ask((client) =>
        client.POST("/v1/invoices/{invoiceId}/waivers", { params: { header, path }, body: { ...said, contentHash } }),
      );
    }
  },
});
