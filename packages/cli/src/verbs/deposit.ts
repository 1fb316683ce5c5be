import { randomUUID } from "node:crypto";
import { readAmount, readPercent } from "../amount.ts";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const deposit = verb({
  name: "deposit",
  summary: "Draft a deposit invoice for what is still to come",
  arguments: {
    ENGAGEMENT: { what: "id of the engagement" },
    ASK: { what: "what it asks for before tax, such as 5000.00EUR, or a share of the fixed fee such as 30%" },
  },
  examples: ["deposit 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d80 30%"],
  run: async ({ connect, arguments: { ENGAGEMENT: engagementId, ASK } }) => {
    const ask = ASK.endsWith("%")
      ? { as: "share" as const, basisPoints: readPercent(ASK) }
      : { as: "amount" as const, amount: readAmount(ASK) };
    const connection = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { engagementId } };
    const drafted = await connection.ask((client) =>
      client.POST("/v1/engagements/{engagementId}/deposits", { params, body: { ask } }),
    );
    return {
      document: drafted,
      lines: (style) => [
        `${style.good("drafted")}  ${drafted.id}  ${money(drafted.total)} with tax`,
        style.quiet(`It is submitted, approved and issued as an invoice is: plumb submit ${drafted.id}`),
      ],
    };
  },
});
