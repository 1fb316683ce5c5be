import { parsePolicyPack } from "@plumbline/contract/policy-pack";
import { type PolicyError, policyInvalid } from "@plumbline/domain/policy/policy-error";
import type { PolicyPack } from "@plumbline/domain/policy/policy-pack";
import { Problem } from "@plumbline/domain/problem";
import { type OpenFile, openFile, type PolicyFile, syntaxErrors, withPlaces } from "./policy-places.ts";

/**
 * Reads packs from files.
 *
 * @returns the packs, and the files to say with `withPlaces` where in them something is wrong
 * @throws Problem `policy-invalid` with everything that is wrong with the shape of any of them, by line and column
 */
export function parsePacks(files: readonly PolicyFile[]): {
  readonly packs: readonly PolicyPack[];
  readonly files: readonly OpenFile[];
} {
  const opened = files.map(openFile);
  const errors: PolicyError[] = opened.flatMap(syntaxErrors);
  if (errors.length > 0) throw policyInvalid(errors);
  const packs = withPlaces(opened, () => {
    const read = opened.map(readPack);
    const wrong = read.flatMap((each) => ("errors" in each ? each.errors : []));
    if (wrong.length > 0) throw policyInvalid(wrong);
    return read.flatMap((each) => ("pack" in each ? [each.pack] : []));
  });
  return { packs, files: opened };
}

function readPack({
  name,
  document,
}: OpenFile): { readonly pack: PolicyPack } | { readonly errors: readonly PolicyError[] } {
  try {
    return { pack: parsePolicyPack(document.toJS(), name) };
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "policy-invalid") throw error;
    // What a `policy-invalid` carries: `policyInvalid` makes them all.
    return { errors: error.extra["errors"] as readonly PolicyError[] };
  }
}
