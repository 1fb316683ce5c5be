import { z } from "zod";
import { invoiceSummary } from "@plumbline/contract/invoice";
import {
  approvalInput,
  bulkApproval,
  bulkIssuance,
  bulkMove,
  bulkReasonedMove,
  issuanceInput,
  reasonInput,
} from "@plumbline/contract/invoice-move";
import type { InvoiceId } from "@plumbline/domain/id";
import { moves } from "@plumbline/domain/invoice/lifecycle";
import type { ProblemKind } from "@plumbline/domain/problem";
import { approveAsFinance, approveAsManager } from "@plumbline/operations/invoices/approve-invoices";
import { discardInvoices } from "@plumbline/operations/invoices/discard-invoices";
import { findInvoiceSummary } from "@plumbline/operations/invoices/invoice-summary";
import { issueInvoices } from "@plumbline/operations/invoices/issue-invoices";
import { reviseInvoice } from "@plumbline/operations/invoices/revise-invoices";
import { sendBackInvoices } from "@plumbline/operations/invoices/send-back-invoices";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { type Route, write } from "../../route.ts";
import { invoiceParams } from "./invoice-params.ts";
import { moveRoutes } from "./move-routes.ts";

const ofMany = {
  many: bulkMove,
  toMany: (invoiceId: InvoiceId) => ({ invoiceIds: [invoiceId] }),
  idsOf: ({ invoiceIds }: z.output<typeof bulkMove>) => invoiceIds,
};

const withReason = {
  one: reasonInput,
  many: bulkReasonedMove,
  toMany: (invoiceId: InvoiceId, { reason }: z.output<typeof reasonInput>) => ({ invoiceIds: [invoiceId], reason }),
  idsOf: ({ invoiceIds }: z.output<typeof bulkReasonedMove>) => invoiceIds,
};

/** Bound to the content that was looked at: what changed since is not approved by it. */
const ofContent = {
  one: approvalInput,
  many: bulkApproval,
  toMany: (invoiceId: InvoiceId, { contentHash }: z.output<typeof approvalInput>) => ({
    approvals: [{ invoiceId, contentHash }],
  }),
  idsOf: ({ approvals }: z.output<typeof bulkApproval>) => approvals.map(({ invoiceId }) => invoiceId),
  problems: ["duties-not-separate", "content-changed", "work-changed", "exceptions-open"],
} as const satisfies { readonly problems: readonly ProblemKind[] } & Record<string, unknown>;

const createRevision = write({
  path: "/v1/invoices/:invoiceId/revision",
  summary: "Draft an invoice anew from the work, rates and terms of now",
  needs: moves.revise.needs,
  params: invoiceParams,
  body: reasonInput,
  answers: { status: 200, body: invoiceSummary },
  keep: "forever",
  conditional: true,
  etag: ({ version }) => version,
  problems: ["invoice-not-found", "invoice-move-refused", "revision-refused"],
  handle: async ({ scope, params, body, ifMatch }) => {
    await reviseInvoice(scope, { ...params, ...body, ifVersion: ifMatch });
    return findInvoiceSummary(scope, params);
  },
});

/** Every move that a caller can ask for, alone and in bulk. */
export const invoiceMoves: readonly Route[] = [
  ...moveRoutes({
    ...ofMany,
    move: "submit",
    noun: "submission",
    summary: ["Hand", " over for approval"],
    one: z.strictObject({}),
    run: submitInvoices,
    problems: ["policy-missing"],
  }),
  ...moveRoutes({
    ...ofContent,
    move: "approve_manager",
    noun: "manager-approval",
    summary: ["Approve", " as manager"],
    run: approveAsManager,
  }),
  ...moveRoutes({
    ...ofContent,
    move: "approve_finance",
    noun: "finance-approval",
    summary: ["Approve", " for finance"],
    run: approveAsFinance,
  }),
  ...moveRoutes({
    move: "issue",
    noun: "issuance",
    summary: ["Number, date and freeze", ""],
    one: issuanceInput,
    many: bulkIssuance,
    toMany: (invoiceId, body) => ({ invoiceIds: [invoiceId], ...body }),
    idsOf: ({ invoiceIds }) => invoiceIds,
    run: issueInvoices,
    problems: ["work-changed", "issue-date-refused", "credit-refused", "deposit-refused"],
  }),
  ...moveRoutes({
    ...withReason,
    move: "send_back",
    noun: "return",
    summary: ["Send", " back to who prepared it"],
    run: sendBackInvoices,
    problems: [],
  }),
  createRevision,
  ...moveRoutes({
    ...withReason,
    move: "discard",
    noun: "discard",
    summary: ["Give", " up before issue"],
    run: discardInvoices,
    problems: [],
  }),
];
