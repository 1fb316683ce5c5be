import { timelineWire } from "@plumbline/contract/invoice";
import { listTimeline as timelineOf } from "@plumbline/operations/invoices/list-timeline";
import { read } from "../../route.ts";
import { invoiceParams } from "./invoice-params.ts";

export const listTimeline = read({
  path: "/v1/invoices/:invoiceId/timeline",
  summary: "See what happened to an invoice, who did it and why",
  needs: "invoice.read",
  params: invoiceParams,
  answers: timelineWire,
  problems: ["invoice-not-found"],
  handle: async ({ scope, params }) => ({ items: await timelineOf(scope, params) }),
});
