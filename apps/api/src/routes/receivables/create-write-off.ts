import { z } from "zod";
import { receivableWire, writeOffInput } from "@plumbline/contract/payment";
import { id } from "@plumbline/contract/scalar";
import { findReceivable } from "@plumbline/operations/payments/find-receivable";
import { writeOffInvoice } from "@plumbline/operations/payments/write-off-invoice";
import { write } from "../../route.ts";

export const createWriteOff = write({
  path: "/v1/invoices/:invoiceId/write-off",
  summary: "Give up what a client will not pay",
  needs: "receivable.write_off",
  params: z.strictObject({ invoiceId: id<"invoice">() }),
  body: writeOffInput,
  answers: { status: 201, body: receivableWire },
  keep: "forever",
  problems: ["invoice-not-found", "write-off-refused", "booking-date-refused"],
  handle: async ({ scope, params, body }) => {
    await writeOffInvoice(scope, { ...params, ...body });
    return findReceivable(scope, params);
  },
});
