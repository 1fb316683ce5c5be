import { randomUUID } from "node:crypto";
import { needReason, reasonOption } from "../plan/move-options.ts";
import { verb } from "../verb.ts";

export const dunningWithdraw = verb({
  name: "dunning withdraw",
  summary: "Take a dunning notice and its fee back",
  arguments: { NOTICE: { what: "id of the notice, as plumb dunning shows it" } },
  options: reasonOption,
  examples: ['dunning withdraw 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d62 --reason "Had paid the day before"'],
  run: async ({ connect, arguments: { NOTICE: dunningNoticeId }, options }) => {
    const reason = needReason(options.reason);
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { dunningNoticeId } };
    const notice = await ask((client) =>
      client.POST("/v1/dunning-notices/{dunningNoticeId}/withdrawal", { params, body: { reason } }),
    );
    return {
      document: notice,
      lines: (style) => [`${style.good("withdrawn")}  ${notice.client.name}  level ${notice.level} of ${notice.on}`],
    };
  },
});
