import { randomUUID } from "node:crypto";
import { followRun } from "../billing-run.ts";
import { Failure } from "../failure.ts";
import { readPeriod } from "../period.ts";
import { verb } from "../verb.ts";

export const bill = verb({
  name: "bill",
  summary: "Draft the invoices of a period, and wait until the run is over",
  options: { period: { value: "MONTH", what: "such as 2026-10, or 2026-10-01..2026-10-15" } },
  examples: ["bill --period 2026-10"],
  run: async ({ options, ...call }) => {
    if (options.period === undefined) throw new Failure("usage", "Say which period: --period 2026-10");
    const period = readPeriod(options.period);
    const connection = await call.connect();
    const header = { "Idempotency-Key": randomUUID() };
    const run = await connection.ask((client) =>
      client.POST("/v1/billing-runs", { params: { header }, body: { period } }),
    );
    return followRun(call, connection, run.id);
  },
});
