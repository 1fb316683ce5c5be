import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { compileBundle } from "@plumbline/domain/policy/compile-bundle";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import type { PolicyPack } from "@plumbline/domain/policy/policy-pack";
import { Problem } from "@plumbline/domain/problem";
import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { parsePacks } from "./parse-packs.ts";
import { type PolicyFile, withPlaces } from "./policy-places.ts";
import { latestPublication } from "./policy-store.ts";

/**
 * Reads and compiles the packs of some folders: the platform's first, then the tenant's.
 *
 * @throws Problem `policy-invalid` naming file, line, pack, rule, field and reason of every fault
 */
export async function readBundle(folders: readonly string[]): Promise<PolicyBundle> {
  const read = await Promise.all(folders.map(readFiles));
  const { packs, files } = parsePacks(read.flat());
  return withPlaces(files, () => compileBundle(packs, { digest: sha256 }));
}

async function readFiles(folder: string): Promise<PolicyFile[]> {
  const names = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(".yaml")).toSorted();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })));
}

/** The bundle with this hash, compiled from what the tenant stored. */
export async function loadBundle(tx: TenantTx, hash: string): Promise<PolicyBundle> {
  const known = compiled.get(hash);
  // Asked for also when it is known: another tenant's bundle is none of ours, whatever it says.
  const [row] = await query<{ packs: PolicyPack[] }>(
    tx,
    `select ${known === undefined ? "packs" : "null"} as packs from policy_bundles where hash = ?`,
    [hash],
  );
  if (row === undefined) throw new Error(`policy bundle ${hash} is not stored`);
  return known ?? remember(hash, compileBundle(row.packs, { digest: sha256 }));
}

/** Compiling tries every case of every rule, for tens of milliseconds; what a hash stands for never changes. */
const compiled = new Map<string, PolicyBundle>();
const compiledMax = 200;

function remember(hash: string, bundle: PolicyBundle): PolicyBundle {
  if (compiled.size >= compiledMax) compiled.clear();
  compiled.set(hash, bundle);
  return bundle;
}

/**
 * The bundle to pin to what starts now: the last one that was published.
 *
 * @returns its hash, by which `loadBundle` finds it
 * @throws Problem `policy-missing`
 */
export async function currentBundle(scope: Scope): Promise<string> {
  const latest = await latestPublication(scope.tx);
  if (latest === undefined)
    throw new Problem("policy-missing", { detail: "The firm has no published policies to judge by." });
  return latest.hash;
}
