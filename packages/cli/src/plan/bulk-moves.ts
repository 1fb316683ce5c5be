import type { Client, Schemas } from "@plumbline/client/client";
import type { Answered } from "../connection/refusal.ts";
import type { BulkMoveName } from "../invoice/move-verbs.ts";
import type { PlannedInvoice } from "./plan.ts";

type Batch = {
  readonly invoices: readonly PlannedInvoice[];
  readonly reason: string;
  readonly issuedOn: string | undefined;
};
type BulkMove = {
  /** What became of those it moved. */
  readonly done: string;
  /** Where the invoices are that `--all` means. */
  readonly from: Schemas["InvoiceStage"];
  readonly post: (client: Client, key: string, batch: Batch) => Promise<Answered<Schemas["BulkResult"]>>;
};

const header = (key: string) => ({ header: { "Idempotency-Key": key } });
const ids = ({ invoices }: Batch) => invoices.map(({ invoiceId }) => invoiceId);
const asSeen = ({ invoices }: Batch) => invoices.map(({ invoiceId, contentHash }) => ({ invoiceId, contentHash }));

/**
 * Moves that are made with many invoices at once. A plan that is resumed makes the same requests from the same table, byte
 * for byte, or the API would not know them again.
 */
export const bulkMoves = {
  submit: {
    done: "submitted",
    from: "draft",
    post: (client, key, batch) =>
      client.POST("/v1/submissions", { params: header(key), body: { invoiceIds: ids(batch) } }),
  },
  approve_manager: {
    done: "approved as manager",
    from: "validation_pending",
    post: (client, key, batch) =>
      client.POST("/v1/manager-approvals", { params: header(key), body: { approvals: asSeen(batch) } }),
  },
  approve_finance: {
    done: "approved for finance",
    from: "manager_approved",
    post: (client, key, batch) =>
      client.POST("/v1/finance-approvals", { params: header(key), body: { approvals: asSeen(batch) } }),
  },
  issue: {
    done: "issued",
    from: "finance_approved",
    post: (client, key, batch) =>
      client.POST("/v1/issuances", {
        params: header(key),
        body: { invoiceIds: ids(batch), ...(batch.issuedOn !== undefined && { issuedOn: batch.issuedOn }) },
      }),
  },
  send_back: {
    done: "returned",
    from: "validation_pending",
    post: (client, key, batch) =>
      client.POST("/v1/returns", { params: header(key), body: { invoiceIds: ids(batch), reason: batch.reason } }),
  },
  discard: {
    done: "discarded",
    from: "draft",
    post: (client, key, batch) =>
      client.POST("/v1/discards", { params: header(key), body: { invoiceIds: ids(batch), reason: batch.reason } }),
  },
} as const satisfies Record<BulkMoveName, BulkMove>;
