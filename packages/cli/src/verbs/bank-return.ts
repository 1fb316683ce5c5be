import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { decided } from "./bank-decided.ts";

export const bankReturn = verb({
  name: "bank return",
  summary: "Say which payment the bank took back: its invoices are owed again",
  arguments: { ENTRY: { what: "id of the bank entry" }, PAYMENT: { what: "id of the payment" } },
  options: { on: { value: "DAY", what: "the day it is booked, where the books of the bank's day are closed" } },
  examples: ["bank return 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d51 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d10"],
  run: async ({ connect, arguments: { ENTRY: bankEntryId, PAYMENT: paymentId }, options }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { bankEntryId } };
    const body = { paymentId, ...(options.on !== undefined && { on: options.on }) };
    return decided(await ask((client) => client.POST("/v1/bank-entries/{bankEntryId}/return", { params, body })));
  },
});
