import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { shownClose } from "./close-shown.ts";

export const closeBooks = verb({
  name: "close books",
  summary: "Close the books of a legal entity up to the end of a month",
  arguments: {
    ENTITY: { what: "id of the legal entity" },
    MONTH: { what: "the month, such as 2026-10" },
  },
  examples: ["close books 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02 2026-10"],
  run: async ({ connect, arguments: { ENTITY: legalEntityId, MONTH: month } }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() } };
    return shownClose(
      await ask((client) => client.POST("/v1/month-closes", { params, body: { legalEntityId, month } })),
    );
  },
});
