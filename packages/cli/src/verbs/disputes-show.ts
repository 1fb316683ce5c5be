import { verb } from "../verb.ts";
import { shownDispute } from "./disputes-shown.ts";

export const disputesShow = verb({
  name: "disputes show",
  summary: "Show a dispute: its lines, what was said, and how it ended",
  arguments: { DISPUTE: { what: "id of the dispute" } },
  examples: ["disputes show 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d70"],
  run: async ({ connect, arguments: { DISPUTE: disputeId } }) => {
    const { ask } = await connect();
    return shownDispute(
      await ask((client) => client.GET("/v1/disputes/{disputeId}", { params: { path: { disputeId } } })),
    );
  },
});
