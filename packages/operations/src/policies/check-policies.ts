import type { PolicyCheckWire } from "@plumbline/contract/policy";
import { comparePacks } from "@plumbline/domain/policy/compare-packs";
import { demand, type Scope } from "@plumbline/platform/scope";
import { compileOwnPacks } from "./compile-own-packs.ts";
import type { PolicyFile } from "./policy-places.ts";
import { toPackWire } from "./list-policy-publications.ts";

/**
 * Says what a firm's own packs would make, and what that changes. Nothing is kept.
 *
 * @throws Problem `permission-missing` | `policy-invalid` | `policy-missing`
 */
export async function checkPolicies(
  scope: Scope,
  { files }: { readonly files: readonly PolicyFile[] },
): Promise<PolicyCheckWire> {
  demand(scope, "policy.propose");
  const { bundle, inForce } = await compileOwnPacks(scope, files);
  return {
    hash: bundle.hash,
    inForce: inForce.hash,
    packs: bundle.packs.map(toPackWire),
    cases: bundle.packs.flatMap(({ rules }) => rules).reduce((sum, { cases }) => sum + cases.length, 0),
    changes: comparePacks(inForce.packs, bundle.packs).map((change) => ({ ...change, members: [...change.members] })),
  };
}
