import { randomUUID } from "node:crypto";
import { Failure } from "../failure.ts";
import { verb } from "../verb.ts";
import { type CorrectionCode, creditOptions, readLine, type Treatment } from "./credit.ts";
import { shownDispute } from "./disputes-shown.ts";

const outcomes = ["upheld", "compromise", "rejected", "withdrawn"] as const;

/** What made the client object. The API knows the same list and refuses others. */
export const rootCauses = [
  "time_recording",
  "rate_setup",
  "agreement",
  "approval",
  "delivery",
  "order_handling",
  "client_data",
  "tax_setup",
  "client_error",
  "other",
] as const;

export const disputesDecide = verb({
  name: "disputes decide",
  summary: "Decide a dispute, and draft the credit note where the client is right",
  arguments: {
    DISPUTE: { what: "id of the dispute" },
    OUTCOME: { what: "upheld and compromise are credited, the others are due again", choices: outcomes },
    CAUSE: { what: "what made the client object", choices: rootCauses },
    REASON: { what: "what was found and decided; the client reads it on a credit note" },
    LINE: {
      what: "a line to credit: 2, 2:90 or 2:50.00EUR as for plumb credit; all that is disputed when none is named",
      many: true,
      optional: true,
    },
  },
  options: creditOptions,
  examples: [
    'disputes decide 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d70 rejected client_error "The minutes were signed"',
    'disputes decide 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d70 compromise time_recording "Half of it" 2:30 --as concession --code wrong_quantity',
  ],
  run: async ({ connect, arguments: said, options }) => {
    const credit = creditOf(said.LINE, options);
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { disputeId: said.DISPUTE } };
    const body = {
      outcome: said.OUTCOME as (typeof outcomes)[number], // The parser took one of the choices, here and below.
      rootCause: said.CAUSE as (typeof rootCauses)[number],
      reason: said.REASON,
      ...(credit && { credit }),
    };
    return shownDispute(await ask((client) => client.POST("/v1/disputes/{disputeId}/decision", { params, body })));
  },
});

function creditOf(
  named: readonly string[],
  {
    as,
    code,
    rebill,
  }: { readonly as: string | undefined; readonly code: string | undefined; readonly rebill: true | undefined },
) {
  if (as === undefined && code === undefined && named.length === 0) return undefined;
  if (as === undefined || code === undefined)
    throw new Failure("usage", "A credit needs both: --as rebillable or concession, and --code.");
  const treatment = as as Treatment;
  const lines = named.map((text) => {
    const { line, take } = readLine(text, treatment);
    return { line, take };
  });
  return { code: code as CorrectionCode, treatment, ...(lines.length > 0 && { lines }), rebill: rebill ?? false };
}
