import { compileBundle } from "@plumbline/domain/policy/compile-bundle";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { policyInvalid } from "@plumbline/domain/policy/policy-error";
import { isOwn, layerOf, type PolicyPack } from "@plumbline/domain/policy/policy-pack";
import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { parsePacks } from "./parse-packs.ts";
import { currentBundle, loadBundle } from "./policy-bundles.ts";
import { type PolicyFile, withPlaces } from "./policy-places.ts";

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
  const clients = await knownClients(scope, own.packs);
  const bundle = withPlaces(own.files, () => {
    refuseForeign(own.packs);
    refuseStrangers(own.packs, clients);
    const above = inForce.packs.filter((pack) => !isOwn(pack));
    return compileBundle([...above, ...own.packs], { digest: sha256 });
  });
  return { bundle, inForce };
}

function refuseForeign(packs: readonly PolicyPack[]): void {
  const reason = (layer: string) =>
    `packs of the ${layer} come with the service; a firm writes those of tenant and client`;
  const foreign = packs.filter((pack) => !isOwn(pack));
  if (foreign.length === 0) return;
  throw policyInvalid(
    foreign.map((pack) => ({ pack: pack.pack, rule: "", field: "layer", reason: reason(layerOf(pack)) })),
  );
}

async function knownClients({ tx }: Scope, packs: readonly PolicyPack[]): Promise<ReadonlySet<string>> {
  const asked = packs.flatMap(({ client }) => client ?? []);
  const rows = await query<{ id: string }>(tx, "select id from clients where id = any(?::uuid[])", [asked]);
  return new Set(rows.map(({ id }) => id));
}

/** Rules about a client that there is not would never say anything. */
function refuseStrangers(packs: readonly PolicyPack[], clients: ReadonlySet<string>): void {
  const strangers = packs.filter(({ client }) => client !== undefined && !clients.has(client));
  if (strangers.length === 0) return;
  const reason = "there is no such client; its id is written in lower case";
  throw policyInvalid(strangers.map(({ pack }) => ({ pack, rule: "", field: "client", reason })));
}
