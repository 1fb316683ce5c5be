import { monthCloseWire, reopeningInput } from "@plumbline/contract/closing";
import { findMonthClose } from "@plumbline/operations/closing/list-month-closes";
import { reopenMonth } from "@plumbline/operations/closing/reopen-month";
import { write } from "../../route.ts";
import { monthCloseParams } from "./month-close-params.ts";

export const createReopening = write({
  path: "/v1/month-closes/:monthCloseId/reopening",
  summary: "Ask for the books of the last closed month to be reopened, or, as a second person, reopen them",
  needs: "books.reopen",
  params: monthCloseParams,
  body: reopeningInput,
  answers: { status: 201, body: monthCloseWire },
  keep: "forever",
  problems: ["month-close-not-found", "duties-not-separate", "reopening-refused"],
  handle: async ({ scope, params, body }) => {
    await reopenMonth(scope, { ...params, ...body });
    return findMonthClose(scope, params);
  },
});
