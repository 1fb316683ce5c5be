import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { compileOwnPacks } from "./compile-own-packs.ts";
import type { PolicyFile } from "./policy-places.ts";
import { currentBundle } from "./policy-bundles.ts";
import { type ProposalId, type PublicationId, saveBundle, saveProposal } from "./policy-store.ts";

/**
 * Proposes that a firm's own packs be these, all of them. Nothing is in force before somebody else publishes it.
 *
 * @throws Problem `permission-missing` | `policy-invalid` | `policy-missing` | `policy-proposal-refused`
 */
export async function proposePolicies(
  scope: Scope,
  input: { readonly files: readonly PolicyFile[]; readonly reason: string },
): Promise<ProposalId> {
  demand(scope, "policy.propose");
  const { bundle, inForce } = await compileOwnPacks(scope, input.files);
  if (bundle.hash === inForce.hash) throw inForceAlready();
  await saveBundle(scope, bundle);
  return saveProposal(scope, { bundleHash: bundle.hash, reason: input.reason });
}

/**
 * Proposes to go back to policies that were in force before, those above the firm's own included.
 *
 * @throws Problem `permission-missing` | `policy-publication-not-found` | `policy-missing` | `policy-proposal-refused`
 */
export async function proposeFormerPolicies(
  scope: Scope,
  input: { readonly policyPublicationId: PublicationId; readonly reason: string },
): Promise<ProposalId> {
  demand(scope, "policy.propose");
  const [former] = await query<{ hash: string }>(
    scope.tx,
    "select bundle_hash as hash from policy_publications where id = ?",
    [input.policyPublicationId],
  );
  if (former === undefined) throw new Problem("policy-publication-not-found");
  if (former.hash === (await currentBundle(scope))) throw inForceAlready();
  return saveProposal(scope, { bundleHash: former.hash, reason: input.reason });
}

const inForceAlready = () => new Problem("policy-proposal-refused", { detail: "These are the policies in force." });
