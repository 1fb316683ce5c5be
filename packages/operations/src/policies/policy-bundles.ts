import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { parsePolicyPack } from "@plumbline/contract/policy-pack";
import { compileBundle } from "@plumbline/domain/policy/compile-bundle";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import type { PolicyPack } from "@plumbline/domain/policy/policy-pack";
import { Problem } from "@plumbline/domain/problem";
import { sha256 } from "@plumbline/platform/hash";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/**
 * Reads and compiles the packs of some folders: the platform's first, then the tenant's.
 *
 * @throws Problem `policy-invalid` naming pack, rule, field and reason of every fault
 */
export async function readBundle(folders: readonly string[]): Promise<PolicyBundle> {
  const packs = await Promise.all(folders.map(readPacks));
  return compileBundle(packs.flat(), { digest: sha256 });
}

async function readPacks(folder: string): Promise<PolicyPack[]> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(".yaml")).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), "utf8");
      try {
        return parsePolicyPack(parse(text), file);
      } catch (cause) {
        if (cause instanceof Problem) throw cause;
        throw new Problem("policy-invalid", { detail: `${file}: ${(cause as Error).message}`, cause });
      }
    }),
  );
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
 * Makes a bundle the one that runs and submissions use from now on. Publishing the present one again does nothing.
 *
 * @throws Problem `permission-missing`
 */
export async function publishBundle(scope: Scope, bundle: PolicyBundle): Promise<void> {
  demand(scope, "tenant.configure");
  if ((await latestHash(scope.tx)) === bundle.hash) return;
  await saveBundle(scope, bundle);
  const id = scope.newId();
  await insertRows(scope.tx, "policy_publications", [bundle], {
    id: ["uuid", () => id],
    bundle_hash: ["text", (row) => row.hash],
  });
  await scope.audit([{ action: "policy.published", subjectId: id, bundleHash: bundle.hash }]);
}

/** Stores the bundle under its hash, so that a ruling can be replayed years later. */
async function saveBundle(scope: Scope, bundle: PolicyBundle): Promise<void> {
  await insertRows(
    scope.tx,
    "policy_bundles",
    [bundle],
    {
      id: ["uuid", () => scope.newId()],
      hash: ["text", (row) => row.hash],
      packs: ["jsonb", (row) => row.packs],
    },
    { suffix: "on conflict (tenant_id, hash) do nothing" },
  );
}

/**
 * The bundle to pin to what starts now: the last one that was published.
 *
 * @returns its hash, by which `loadBundle` finds it
 * @throws Problem `policy-missing`
 */
export async function currentBundle(scope: Scope): Promise<string> {
  const hash = await latestHash(scope.tx);
  if (hash === undefined)
    throw new Problem("policy-missing", { detail: "The firm has no published policies to judge by." });
  return hash;
}

async function latestHash(tx: TenantTx): Promise<string | undefined> {
  const [row] = await query<{ hash: string }>(
    tx,
    "select bundle_hash as hash from policy_publications order by published_at desc, id desc limit 1",
  );
  return row?.hash;
}
