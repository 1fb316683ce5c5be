import { randomUUID } from "node:crypto";
import { needReason, reasonOption } from "../plan/move-options.ts";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const interestWaive = verb({
  name: "interest waive",
  summary: "Give up what was proposed, for all of its days",
  arguments: { CLAIM: { what: "id of the claim, as plumb interest shows it" } },
  options: reasonOption,
  examples: ['interest waive 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d82 --reason "A bank holiday delayed the payment"'],
  run: async ({ connect, arguments: { CLAIM: interestClaimId }, options }) => {
    const reason = needReason(options.reason);
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { interestClaimId } };
    const claim = await ask((client) =>
      client.POST("/v1/interest-claims/{interestClaimId}/waiver", { params, body: { reason } }),
    );
    return {
      document: claim,
      lines: (style) => [
        `${style.good("waived")}  ${money(claim.total)}  ${claim.client.name}  ${claim.invoice.number}`,
      ],
    };
  },
});
