import { z } from "zod";
import { pageOf } from "@plumbline/contract/page";
import { dryRunInvoiceFilter, dryRunInvoiceWire, policyDryRunParams } from "@plumbline/contract/policy";
import { listDryRunInvoices as list } from "@plumbline/operations/policies/find-policy-dry-run";
import { read } from "../../route.ts";

export const listDryRunInvoices = read({
  path: "/v1/policy-dry-runs/:policyDryRunId/invoices",
  summary: "List the invoices of a dry run, with what proposed policies would have made of each",
  needs: "invoice.read",
  params: policyDryRunParams,
  query: z.strictObject(dryRunInvoiceFilter),
  answers: pageOf(dryRunInvoiceWire),
  problems: ["policy-dry-run-not-found"],
  handle: async ({ scope, params, query }) => list(scope, { ...params, ...query }),
});
