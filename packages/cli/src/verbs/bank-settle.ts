import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { decided } from "./bank-decided.ts";

export const bankSettle = verb({
  name: "bank settle",
  summary: "Say which client sent what came in: it becomes a payment",
  arguments: { ENTRY: { what: "id of the bank entry" }, CLIENT: { what: "id of the client" } },
  options: {
    later: { what: "apply it to no invoice: it waits as the client's credit; else those due first take it" },
    on: { value: "DAY", what: "the day it is booked, where the books of the bank's day are closed" },
  },
  examples: ["bank settle 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d51 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01"],
  run: async ({ connect, arguments: { ENTRY: bankEntryId, CLIENT: clientId }, options }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { bankEntryId } };
    const apply = options.later === undefined ? "oldest_first" : "later";
    const body = { clientId, apply, ...(options.on !== undefined && { receivedOn: options.on }) } as const;
    return decided(await ask((client) => client.POST("/v1/bank-entries/{bankEntryId}/settlement", { params, body })));
  },
});
