import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { clockArgument } from "./clocks.ts";

export const clocksResume = verb({
  name: "clocks resume",
  summary: "Let a clock run on that stood still",
  arguments: clockArgument,
  examples: ["clocks resume 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d81"],
  run: async ({ connect, arguments: { CLOCK: clockId } }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { clockId } };
    const clock = await ask((client) => client.POST("/v1/clocks/{clockId}/resumption", { params }));
    return {
      document: clock,
      lines: (style) => [`${style.good("runs on")}  ${clock.waitsFor}  ${clock.subject.name}`],
    };
  },
});
