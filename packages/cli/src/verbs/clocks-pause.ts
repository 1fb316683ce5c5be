import { randomUUID } from "node:crypto";
import { needReason, reasonOption } from "../plan/move-options.ts";
import { verb } from "../verb.ts";
import { clockArgument } from "./clocks.ts";

export const clocksPause = verb({
  name: "clocks pause",
  summary: "Let a clock stand still while the client is waited for",
  arguments: clockArgument,
  options: reasonOption,
  examples: ['clocks pause 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d81 --reason "Ms Roth checks the hours"'],
  run: async ({ connect, arguments: { CLOCK: clockId }, options }) => {
    const reason = needReason(options.reason);
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { clockId } };
    const clock = await ask((client) => client.POST("/v1/clocks/{clockId}/pause", { params, body: { reason } }));
    return { document: clock, lines: (style) => [`${style.good("paused")}  ${clock.waitsFor}  ${clock.subject.name}`] };
  },
});
