import { trustReconciliationInput, trustReconciliationWire } from "@plumbline/contract/trust";
import { reconcileTrust } from "@plumbline/operations/trust/reconcile-trust";
import { write } from "../../route.ts";

export const createTrustReconciliation = write({
  path: "/v1/trust-reconciliations",
  summary: "Hold the bank's balance, the trust ledger and the sum of all matters against each other",
  needs: "trust.reconcile",
  body: trustReconciliationInput,
  answers: { status: 200, body: trustReconciliationWire },
  keep: "forever",
  problems: ["legal-entity-not-found", "trust-refused"],
  handle: async ({ scope, body }) => reconcileTrust(scope, body),
});
