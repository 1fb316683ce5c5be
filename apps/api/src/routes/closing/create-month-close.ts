import { monthCloseInput, monthCloseWire } from "@plumbline/contract/closing";
import { closeMonth } from "@plumbline/operations/closing/close-month";
import { findMonthClose } from "@plumbline/operations/closing/list-month-closes";
import { write } from "../../route.ts";

export const createMonthClose = write({
  path: "/v1/month-closes",
  summary: "Close the books of a legal entity up to the end of a month: nothing is dated or booked there any more",
  needs: "books.close",
  body: monthCloseInput,
  answers: { status: 201, body: monthCloseWire },
  keep: "forever",
  location: ({ id }) => `/v1/month-closes/${id}`,
  problems: ["legal-entity-not-found", "close-refused"],
  handle: async ({ scope, body }) => findMonthClose(scope, { monthCloseId: await closeMonth(scope, body) }),
});
