import { z } from "zod";
import { depositInput } from "@plumbline/contract/deposit";
import { invoiceSummary } from "@plumbline/contract/invoice";
import { id } from "@plumbline/contract/scalar";
import { createDeposit } from "@plumbline/operations/deposits/create-deposit";
import { findInvoiceSummary } from "@plumbline/operations/invoices/invoice-summary";
import { write } from "../../route.ts";

export const createDepositRoute = write({
  path: "/v1/engagements/:engagementId/deposits",
  summary: "Draft a deposit invoice for what is still to come",
  needs: "invoice.deposit",
  params: z.strictObject({ engagementId: id<"engagement">() }),
  body: depositInput,
  answers: { status: 201, body: invoiceSummary },
  keep: "forever",
  problems: ["engagement-not-found", "policy-missing", "deposit-refused"],
  handle: async ({ scope, params, body: { ask } }) => {
    const { id: invoiceId } = await createDeposit(scope, {
      ...params,
      ask,
    });
    return findInvoiceSummary(scope, { invoiceId });
  },
});
