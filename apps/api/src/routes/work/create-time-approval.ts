import { timeApprovalInput, timeApprovalResult } from "@plumbline/contract/billing-run";
import { approveTime } from "@plumbline/operations/work/approve-time";
import { write } from "../../route.ts";

export const createTimeApproval = write({
  path: "/v1/time-approvals",
  summary: "Approve the submitted time of a period",
  needs: "time.approve",
  body: timeApprovalInput,
  answers: { status: 200, body: timeApprovalResult },
  problems: [],
  handle: async ({ scope, body }) => approveTime(scope, body),
});
