import { z } from "zod";
import { type BillingRunWire, billingRunWire } from "@plumbline/contract/billing-run";
import { id } from "@plumbline/contract/scalar";
import { Problem } from "@plumbline/domain/problem";
import { findBillingRun as runOf } from "@plumbline/operations/billing-runs/find-billing-run";
import type { Scope } from "@plumbline/platform/scope";
import { read } from "../../route.ts";

export const findBillingRun = read({
  path: "/v1/billing-runs/:billingRunId",
  summary: "See how far a billing run is",
  needs: "invoice.read",
  params: z.strictObject({ billingRunId: id<"billing-run">() }),
  answers: billingRunWire,
  problems: ["billing-run-not-found"],
  handle: async ({ scope, params }) => knownRun(scope, params),
});

export async function knownRun(scope: Scope, input: { readonly billingRunId: string }): Promise<BillingRunWire> {
  const run = await runOf(scope, input);
  if (run === undefined) throw new Problem("billing-run-not-found");
  return run;
}
