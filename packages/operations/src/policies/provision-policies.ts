import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { latestPublication, saveBundle, saveProposal } from "./policy-store.ts";

/**
 * Brings a firm the policies of its folder. A new firm has them at once; where some are in force, others are proposed, and
 * people of the firm publish them. What is in force, or waits already, is left alone.
 *
 * @throws Problem `permission-missing`
 */
export async function provisionPolicies(scope: Scope, bundle: PolicyBundle): Promise<void> {
  demand(scope, "tenant.configure");
  const latest = await latestPublication(scope.tx);
  if (latest?.hash === bundle.hash) return;
  await saveBundle(scope, bundle);
  if (latest === undefined) return publishFirst(scope, bundle.hash);
  const waiting = await query(
    scope.tx,
    `select from policy_proposals o
      where o.bundle_hash = ? and not exists (select from policy_publications p
                                               where p.tenant_id = o.tenant_id and p.proposal_id = o.id)`,
    [bundle.hash],
  );
  if (waiting.length > 0) return;
  await saveProposal(scope, {
    bundleHash: bundle.hash,
    reason: "The policies that come with the firm's folder changed.",
  });
}

async function publishFirst(scope: Scope, bundleHash: string): Promise<void> {
  const id = scope.newId();
  await insertRows(scope.tx, "policy_publications", [bundleHash], {
    id: ["uuid", () => id],
    bundle_hash: ["text", (hash) => hash],
  });
  await scope.audit([{ action: "policy.published", subjectId: id, bundleHash }]);
}
