import { z } from "zod";

/** One fault of a request: where it is and what is wrong with it. */
export const requestFault = z
  .strictObject({
    in: z.enum(["params", "query", "headers", "body"]),
    field: z.string(),
    reason: z.string(),
  })
  .meta({
    id: "RequestFault",
    example: { in: "body", field: "approvals[0].contentHash", reason: "must be 64 hexadecimal digits" },
  });

/** RFC 9457. `type` leads to a page that says what happened and what to do. */
export const problemWire = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().optional().meta({ description: "Path of the request." }),
    requestId: z.string().optional().meta({ description: "To be named when asking for help." }),
    errors: z.array(requestFault).optional(),
  })
  .meta({
    id: "Problem",
    example: {
      type: "/problems/invoice-move-refused",
      title: "The invoice cannot make this move",
      status: 409,
      detail: "An invoice that is draft cannot make the move issue.",
      instance: "/v1/invoices/0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00/issuance",
      requestId: "7b0f3c52-6f0f-4e7a-9e0c-0d6b5f1c2a34",
    },
  });
export type ProblemWire = z.infer<typeof problemWire>;
