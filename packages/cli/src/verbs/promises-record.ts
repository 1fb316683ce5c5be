import { randomUUID } from "node:crypto";
import { readAmount } from "../amount.ts";
import { Failure } from "../failure.ts";
import { findInvoice } from "../invoice/find-invoice.ts";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const promisesRecord = verb({
  name: "promises record",
  summary: "Keep what a client promised to pay, and by when: it is not reminded of that until then",
  arguments: {
    DAY: { what: "the last day on which the promise is kept, such as 2026-12-31" },
    INVOICE: { what: "number, id, or the eight digits of plumb list", many: true },
  },
  options: {
    said: { value: "WORDS", what: "who promised, and how" },
    amount: { value: "AMOUNT", what: "such as 238.00EUR; all that is open on the invoices when absent" },
  },
  examples: ['promises record 2026-12-31 F-2026-00017 --said "Ms Roth, by telephone"'],
  run: async ({ connect, config, arguments: { DAY: dueOn, INVOICE }, options }) => {
    const { said } = options;
    if (said === undefined) throw new Failure("usage", "Say who promised, and how: --said WORDS.");
    const amount = options.amount === undefined ? undefined : readAmount(options.amount);
    const connection = await connect();
    const invoices = await Promise.all(INVOICE.map((named) => findInvoice(config.folder, connection, named)));
    const params = { header: { "Idempotency-Key": randomUUID() } };
    const body = { invoiceIds: invoices.map(({ id }) => id), dueOn, said, ...(amount !== undefined && { amount }) };
    const promise = await connection.ask((client) => client.POST("/v1/promises", { params, body }));
    return {
      document: promise,
      lines: (style) => [
        `${style.good("recorded")}  ${promise.client.name}  ${money(promise.amount)} by ${promise.dueOn}`,
      ],
    };
  },
});
