import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { shownChargeback } from "./chargebacks-shown.ts";

const outcomes = ["won", "lost", "lost_and_written_off"] as const;

export const chargebacksDecide = verb({
  name: "chargebacks decide",
  summary: "Say how a chargeback ended: won, lost, or lost and written off",
  arguments: {
    CHARGEBACK: { what: "id of the chargeback" },
    OUTCOME: { what: "won: the money comes again; lost: its invoices are owed again", choices: outcomes },
    REASON: { what: "what was decided, in a sentence" },
  },
  options: { on: { value: "DAY", what: "the day it was decided; today else" } },
  examples: ['chargebacks decide 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d60 won "The bank accepts the time sheet"'],
  run: async ({ connect, arguments: { CHARGEBACK: chargebackId, OUTCOME, REASON: reason }, options }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { chargebackId } };
    const outcome = OUTCOME as (typeof outcomes)[number]; // The parser took one of the choices.
    const body = { outcome, reason, ...(options.on !== undefined && { decidedOn: options.on }) };
    return shownChargeback(
      await ask((client) => client.POST("/v1/chargebacks/{chargebackId}/decision", { params, body })),
    );
  },
});
