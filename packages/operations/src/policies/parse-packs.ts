import { parse } from "yaml";
import { parsePolicyPack } from "@plumbline/contract/policy-pack";
import { type PolicyError, policyInvalid } from "@plumbline/domain/policy/policy-error";
import type { PolicyPack } from "@plumbline/domain/policy/policy-pack";
import { Problem } from "@plumbline/domain/problem";

/** A file with one pack in YAML. */
export type PolicyFile = { readonly name: string; readonly text: string };

/**
 * Reads packs from files.
 *
 * @throws Problem `policy-invalid` with everything that is wrong with the shape of any of them
 */
export function parsePacks(files: readonly PolicyFile[]): PolicyPack[] {
  const errors: PolicyError[] = [];
  const packs = files.flatMap((file) => {
    try {
      return [parsePolicyPack(parseYaml(file), file.name)];
    } catch (error) {
      if (!(error instanceof Problem) || error.kind !== "policy-invalid") throw error;
      // What a `policy-invalid` carries: `policyInvalid` makes them all.
      errors.push(...(error.extra["errors"] as readonly PolicyError[]));
      return [];
    }
  });
  if (errors.length > 0) throw policyInvalid(errors);
  return packs;
}

function parseYaml({ name, text }: PolicyFile): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw policyInvalid([{ pack: name, rule: "", field: "", reason: (cause as Error).message }]);
  }
}
