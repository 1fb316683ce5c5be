import type { Schemas } from "@plumbline/client/client";
import { answered, api } from "../api.ts";
import type { InvoiceSummary } from "./invoice-queries.ts";
import type { PersonMove } from "./move-invoice.ts";

/** The moves that lead on and need nothing said: those that can be made for many at once. */
export type BulkMove = Extract<PersonMove, "submit" | "approve_manager" | "approve_finance" | "issue">;

export type BulkRequest = {
  readonly move: BulkMove;
  readonly invoices: readonly Pick<InvoiceSummary, "id" | "contentHash">[];
  readonly key: string;
};

/** Moves many invoices; each is answered as if it had been asked for alone. @throws ApiProblem when none could be tried */
export async function moveInvoices({ move, invoices, key }: BulkRequest): Promise<Schemas["BulkResult"]> {
  const params = { header: { "Idempotency-Key": key } };
  const invoiceIds = invoices.map(({ id }) => id);
  const approvals = invoices.map(({ id: invoiceId, contentHash }) => ({ invoiceId, contentHash }));
  const asked = {
    submit: () => api.POST("/v1/submissions", { params, body: { invoiceIds } }),
    approve_manager: () => api.POST("/v1/manager-approvals", { params, body: { approvals } }),
    approve_finance: () => api.POST("/v1/finance-approvals", { params, body: { approvals } }),
    issue: () => api.POST("/v1/issuances", { params, body: { invoiceIds } }),
  } as const satisfies Record<BulkMove, () => unknown>;
  return answered(asked[move]());
}
