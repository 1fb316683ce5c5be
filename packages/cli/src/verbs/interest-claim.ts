import { randomUUID } from "node:crypto";
import { counted } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const interestClaim = verb({
  name: "interest claim",
  summary: "Propose what clients owe for paying late, day by day from the payments",
  options: { date: { value: "DAY", what: "the day before which it is claimed; today when absent" } },
  examples: ["interest claim --date 2026-12-31"],
  run: async ({ connect, options }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() } };
    const body = options.date === undefined ? {} : { on: options.date };
    const run = await ask((client) => client.POST("/v1/interest-runs", { params, body }));
    return {
      document: run,
      lines: (style) => [
        `${style.good(counted(run.claimIds.length, "claim"))} proposed: plumb interest --state proposed`,
        ...(run.waiting === 0
          ? []
          : [style.warn(`${counted(run.waiting, "invoice")} left out: disputed, or money waits.`)]),
      ],
    };
  },
});
