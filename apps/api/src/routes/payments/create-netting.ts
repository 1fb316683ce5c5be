import { nettingInput, nettingWire } from "@plumbline/contract/payment";
import { toMoneyWire } from "@plumbline/contract/scalar";
import { netAccount } from "@plumbline/operations/payments/net-account";
import { write } from "../../route.ts";

export const createNetting = write({
  path: "/v1/nettings",
  summary: "Hold a client's credit, from payments and credit notes, against what it owes",
  needs: "payment.record",
  body: nettingInput,
  answers: { status: 201, body: nettingWire },
  keep: "forever",
  problems: [
    "client-not-found",
    "client-merged",
    "legal-entity-not-found",
    "invoice-not-found",
    "payment-not-found",
    "booking-date-refused",
    "netting-refused",
    "application-refused",
  ],
  handle: async ({ scope, body: { applications, ...input } }) => {
    const { parts, left } = await netAccount(scope, { ...input, to: applications ?? "oldest_first" });
    return {
      applied: parts.map(({ amount, paymentId, invoiceId }) => ({ paymentId, invoiceId, amount: toMoneyWire(amount) })),
      left: toMoneyWire(left),
    };
  },
});
