import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { dryRunPolicies } from "@plumbline/operations/policies/dry-run-policies";
import { saveBundle, saveProposal } from "@plumbline/operations/policies/policy-store";
import { publishPolicies } from "@plumbline/operations/policies/publish-policies";
import type { Firm } from "./firm.ts";

/** Puts policies into force, whatever layer they are of: one person proposes and dry-runs them, another publishes. */
export async function putInForce(firm: Firm, bundle: PolicyBundle): Promise<void> {
  const [admin, controller] = [await firm.as("admin"), await firm.as("controller")];
  const policyProposalId = await admin(async (scope) => {
    await saveBundle(scope, bundle);
    const id = await saveProposal(scope, { bundleHash: bundle.hash, reason: "other rules" });
    await dryRunPolicies(scope, { policyProposalId: id, since: "2001-01-01" as LocalDate });
    return id;
  });
  await controller((scope) => publishPolicies(scope, { policyProposalId }));
}
