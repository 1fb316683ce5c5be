import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { shownDispute } from "./disputes-shown.ts";

export const disputesAcknowledge = verb({
  name: "disputes acknowledge",
  summary: "Tell the client that its dispute was seen and is looked into",
  arguments: { DISPUTE: { what: "id of the dispute" } },
  examples: ["disputes acknowledge 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d70"],
  run: async ({ connect, arguments: { DISPUTE: disputeId } }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { disputeId } };
    return shownDispute(await ask((client) => client.POST("/v1/disputes/{disputeId}/acknowledgement", { params })));
  },
});
