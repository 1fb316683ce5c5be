import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { shownClose } from "./close-shown.ts";

export const closeReopen = verb({
  name: "close reopen",
  summary: "Ask for closed books to be reopened, or reopen them as a second person",
  arguments: { CLOSE: { what: "id of the closed month" }, REASON: { what: "why, in a sentence" } },
  examples: ['close reopen 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d90 "The bank corrected its statement"'],
  run: async ({ connect, arguments: { CLOSE: monthCloseId, REASON: reason } }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { monthCloseId } };
    return shownClose(
      await ask((client) => client.POST("/v1/month-closes/{monthCloseId}/reopening", { params, body: { reason } })),
    );
  },
});
