import type { MoveName } from "@plumbline/domain/invoice/lifecycle";
import { answered, api } from "../api.ts";
import type { InvoiceSummary } from "./invoice-queries.ts";

/** The moves that people make; the others are the service's. */
export type PersonMove = Exclude<MoveName, "post">;

export const isPersonMove = (move: MoveName): move is PersonMove => move !== "post";

export type MoveRequest = {
  readonly invoice: Pick<InvoiceSummary, "id" | "version" | "contentHash">;
  readonly move: PersonMove;
  /** One intention, one key: sent again by the network, it still happens once. */
  readonly key: string;
  /** What return, revision and discard must say. */
  readonly reason: string;
  readonly issuedOn?: string;
};

/** Moves one invoice as it was seen: what changed since is refused. @throws ApiProblem */
export async function moveInvoice({ invoice, move, key, reason, issuedOn }: MoveRequest): Promise<InvoiceSummary> {
  const { id: invoiceId, version, contentHash } = invoice;
  const params = { path: { invoiceId }, header: { "Idempotency-Key": key, "If-Match": `"${version}"` } };
  const dated = issuedOn === undefined ? {} : { issuedOn };
  const asked = {
    submit: () => api.POST("/v1/invoices/{invoiceId}/submission", { params }),
    approve_manager: () => api.POST("/v1/invoices/{invoiceId}/manager-approval", { params, body: { contentHash } }),
    approve_finance: () => api.POST("/v1/invoices/{invoiceId}/finance-approval", { params, body: { contentHash } }),
    issue: () => api.POST("/v1/invoices/{invoiceId}/issuance", { params, body: dated }),
    send_back: () => api.POST("/v1/invoices/{invoiceId}/return", { params, body: { reason } }),
    revise: () => api.POST("/v1/invoices/{invoiceId}/revision", { params, body: { reason } }),
    discard: () => api.POST("/v1/invoices/{invoiceId}/discard", { params, body: { reason } }),
  } as const satisfies Record<PersonMove, () => unknown>;
  return answered(asked[move]());
}
