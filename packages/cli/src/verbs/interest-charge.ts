import { randomUUID } from "node:crypto";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const interestCharge = verb({
  name: "interest charge",
  summary: "Make a client owe what was proposed",
  arguments: { CLAIM: { what: "id of the claim, as plumb interest shows it" } },
  examples: ["interest charge 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d82"],
  run: async ({ connect, arguments: { CLAIM: interestClaimId } }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { interestClaimId } };
    const claim = await ask((client) => client.POST("/v1/interest-claims/{interestClaimId}/charge", { params }));
    return {
      document: claim,
      lines: (style) => [
        `${style.good("charged")}  ${money(claim.total)}  ${claim.client.name}  ${claim.invoice.number}`,
      ],
    };
  },
});
