import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { shownClosure } from "./closure-shown.ts";

export const closureReopen = verb({
  name: "closure reopen",
  summary: "Let a closed engagement take work again, as another person than who closed it",
  arguments: { CLOSURE: { what: "id of the closure" }, REASON: { what: "why, in a sentence" } },
  examples: ['closure reopen 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d95 "The client asked for a last inspection"'],
  run: async ({ connect, arguments: { CLOSURE: closureId, REASON: reason } }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { closureId } };
    return shownClosure(
      await ask((client) => client.POST("/v1/closures/{closureId}/reopening", { params, body: { reason } })),
    );
  },
});
