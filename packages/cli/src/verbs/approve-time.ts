import { randomUUID } from "node:crypto";
import { Failure } from "../failure.ts";
import { readPeriod } from "../period.ts";
import { counted, hours } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const approveTime = verb({
  name: "approve-time",
  summary: "Approve the submitted time of a period",
  options: { period: { value: "MONTH", what: "such as 2026-10, or 2026-10-01..2026-10-15" } },
  examples: ["approve-time --period 2026-10"],
  run: async ({ connect, options }) => {
    if (options.period === undefined) throw new Failure("usage", "Say which time: --period 2026-10");
    const period = readPeriod(options.period);
    const { ask } = await connect();
    const header = { "Idempotency-Key": randomUUID() };
    const approved = await ask((client) => client.POST("/v1/time-approvals", { params: { header }, body: { period } }));
    return {
      document: approved,
      lines: (style) => [
        style.good(`${counted(approved.entries, "time entry", "time entries")} approved, ${hours(approved.minutes)}`),
      ],
    };
  },
});
