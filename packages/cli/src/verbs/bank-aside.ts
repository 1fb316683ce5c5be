import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { decided } from "./bank-decided.ts";

export const bankAside = verb({
  name: "bank aside",
  summary: "Say that a bank entry is none of the clients' money, and why",
  arguments: { ENTRY: { what: "id of the bank entry" }, REASON: { what: "why, in a sentence" } },
  examples: ['bank aside 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d51 "Interest on the account"'],
  run: async ({ connect, arguments: { ENTRY: bankEntryId, REASON: reason } }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { bankEntryId } };
    const body = { reason };
    return decided(
      await ask((client) => client.POST("/v1/bank-entries/{bankEntryId}/setting-aside", { params, body })),
    );
  },
});
