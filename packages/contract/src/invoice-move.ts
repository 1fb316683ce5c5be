import { z } from "zod";
import { invoiceStage } from "./invoice.ts";
import { problemWire } from "./problem.ts";
import { id, localDate, reason, sha256Text } from "./scalar.ts";

/** How many invoices one request may name. */
export const bulkMax = 200;

const allDifferent = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;
const twice = "names an invoice twice";
const invoiceIds = z.array(id<"invoice">()).min(1).max(bulkMax).refine(allDifferent, twice);
export const approvalInput = z.strictObject({ contentHash: sha256Text });
export const bulkMove = z.strictObject({ invoiceIds });
export const bulkReasonedMove = z.strictObject({ invoiceIds, reason });
export const bulkApproval = z.strictObject({
  approvals: z
    .array(z.strictObject({ invoiceId: id<"invoice">(), contentHash: sha256Text }))
    .min(1)
    .max(bulkMax)
    .refine((approvals) => allDifferent(approvals.map(({ invoiceId }) => invoiceId)), twice),
});
export const issuanceInput = z.strictObject({ issuedOn: localDate.optional() });
export const bulkIssuance = z.strictObject({ invoiceIds, issuedOn: localDate.optional() });
export const reasonInput = z.strictObject({ reason });

/** What became of each invoice of a bulk request, in the order it was asked for. */
export const bulkResult = z
  .strictObject({
    items: z.array(
      z.strictObject({
        invoiceId: z.uuid(),
        status: z.int().meta({ description: "As if it had been asked for alone." }),
        stage: invoiceStage.optional(),
        number: z.string().optional(),
        problem: problemWire.optional(),
      }),
    ),
  })
  .meta({
    id: "BulkResult",
    example: {
      items: [
        { invoiceId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00", status: 200, stage: "manager_approved" },
        {
          invoiceId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d07",
          status: 409,
          problem: {
            type: "/problems/content-changed",
            title: "The invoice changed since you looked at it",
            status: 409,
          },
        },
      ],
    },
  });
export type BulkResult = z.infer<typeof bulkResult>;
