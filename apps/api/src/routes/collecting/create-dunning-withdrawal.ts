import { z } from "zod";
import { dunningNoticeWire, withdrawalInput } from "@plumbline/contract/collecting";
import { id } from "@plumbline/contract/scalar";
import { findDunningNotice } from "@plumbline/operations/collecting/list-dunning-notices";
import { withdrawDunningNotice } from "@plumbline/operations/collecting/withdraw-dunning-notice";
import { write } from "../../route.ts";

export const createDunningWithdrawal = write({
  path: "/v1/dunning-notices/:dunningNoticeId/withdrawal",
  summary: "Take a dunning notice and its fee back",
  needs: "dunning.run",
  params: z.strictObject({ dunningNoticeId: id<"dunning-notice">() }),
  body: withdrawalInput,
  answers: { status: 201, body: dunningNoticeWire },
  keep: "forever",
  problems: ["dunning-notice-not-found", "dunning-withdrawal-refused", "booking-date-refused"],
  handle: async ({ scope, params, body }) => {
    await withdrawDunningNotice(scope, { ...params, ...body });
    return findDunningNotice(scope, params);
  },
});
