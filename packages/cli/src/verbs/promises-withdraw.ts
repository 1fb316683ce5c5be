import { randomUUID } from "node:crypto";
import { needReason, reasonOption } from "../plan/move-options.ts";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const promisesWithdraw = verb({
  name: "promises withdraw",
  summary: "Take a promise back that was recorded in error or is replaced",
  arguments: { PROMISE: { what: "id of the promise, as plumb promises shows it" } },
  options: reasonOption,
  examples: ['promises withdraw 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d71 --reason "Asked for another week"'],
  run: async ({ connect, arguments: { PROMISE: promiseId }, options }) => {
    const reason = needReason(options.reason);
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { promiseId } };
    const promise = await ask((client) =>
      client.POST("/v1/promises/{promiseId}/withdrawal", { params, body: { reason } }),
    );
    return {
      document: promise,
      lines: (style) => [`${style.good("withdrawn")}  ${promise.client.name}  ${money(promise.amount)}`],
    };
  },
});
