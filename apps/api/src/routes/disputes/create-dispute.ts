import { disputeInput, disputeWire } from "@plumbline/contract/dispute";
import { findDispute } from "@plumbline/operations/disputes/list-disputes";
import { openDispute } from "@plumbline/operations/disputes/open-dispute";
import { write } from "../../route.ts";
import { invoiceParams } from "../invoices/invoice-params.ts";

export const createDispute = write({
  path: "/v1/invoices/:invoiceId/disputes",
  summary: "Note that the client objects to an issued invoice, or to lines of it",
  needs: "dispute.record",
  params: invoiceParams,
  body: disputeInput,
  answers: { status: 201, body: disputeWire },
  keep: "forever",
  location: ({ id }) => `/v1/disputes/${id}`,
  problems: ["invoice-not-found", "dispute-refused", "credit-refused"],
  handle: async ({ scope, params, body }) =>
    findDispute(scope, { disputeId: await openDispute(scope, { ...params, ...body }) }),
});
