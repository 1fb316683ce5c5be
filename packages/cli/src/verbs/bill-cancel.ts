import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";

export const billCancel = verb({
  name: "bill cancel",
  summary: "Stop a billing run; what it drafted stays",
  arguments: { RUN: { what: "id of the run" } },
  run: async ({ connect, arguments: { RUN: billingRunId } }) => {
    const { ask } = await connect();
    const header = { "Idempotency-Key": randomUUID() };
    const run = await ask((client) =>
      client.POST("/v1/billing-runs/{billingRunId}/cancellation", { params: { header, path: { billingRunId } } }),
    );
    return {
      document: run,
      lines: () => [run.state === "cancelled" ? "The run is cancelled." : "The run ends after the clients it is at."],
    };
  },
});
