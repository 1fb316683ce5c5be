import { compileBundle } from "@plumbline/domain/policy/compile-bundle";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { policyInvalid } from "@plumbline/domain/policy/policy-error";
import { isOwn, layerOf } from "@plumbline/domain/policy/policy-pack";
import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { parsePacks, type PolicyFile } from "./parse-packs.ts";
import { currentBundle, loadBundle } from "./policy-bundles.ts";

/**
 * Compiles a firm's own packs, all of them, together with those above it that are in force: what a firm proposes leaves
 * those of the platform and the partner as they are.
 *
 * @throws Problem `policy-invalid` | `policy-missing`
 */
export async function compileOwnPacks(
  scope: Scope,
  files: readonly PolicyFile[],
): Promise<{ readonly bundle: PolicyBundle; readonly inForce: PolicyBundle }> {
  const inForce = await loadBundle(scope.tx, await currentBundle(scope));
  const own = parsePacks(files);
  const foreign = own.filter((pack) => !isOwn(pack));
  if (foreign.length > 0) {
    const reason = (layer: string) =>
      `packs of the ${layer} come with the service; a firm writes those of tenant and client`;
    throw policyInvalid(
      foreign.map((pack) => ({ pack: pack.pack, rule: "", field: "layer", reason: reason(layerOf(pack)) })),
    );
  }
  const bundle = compileBundle([...inForce.packs.filter((pack) => !isOwn(pack)), ...own], { digest: sha256 });
  return { bundle, inForce };
}
