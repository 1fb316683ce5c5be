import { z } from "zod";
import { lineEntryWire } from "@plumbline/contract/invoice-line";
import { pageOf, pageQuery } from "@plumbline/contract/page";
import { listLineEntries as lineEntriesOf } from "@plumbline/operations/invoices/list-line-entries";
import { read } from "../../route.ts";
import { invoiceParams } from "./invoice-params.ts";

export const listLineEntries = read({
  path: "/v1/invoices/:invoiceId/entries",
  summary: "List the time behind an invoice's lines",
  needs: "invoice.read",
  params: invoiceParams,
  query: z.strictObject(pageQuery),
  answers: pageOf(lineEntryWire),
  problems: ["invoice-not-found"],
  handle: async ({ scope, params, query }) => lineEntriesOf(scope, { ...params, ...query }),
});
