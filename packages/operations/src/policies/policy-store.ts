import type { Id } from "@plumbline/domain/id";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

export type PublicationId = Id<"policy-publication">;
export type ProposalId = Id<"policy-proposal">;
export type DryRunId = Id<"policy-dry-run">;

/** The order in which policies came into force. */
export const latestFirst = "published_at desc, id desc";

/** What is in force: the last publication. */
export async function latestPublication(
  tx: TenantTx,
): Promise<{ readonly id: PublicationId; readonly hash: string } | undefined> {
  const [row] = await query<{ id: PublicationId; hash: string }>(
    tx,
    `select id, bundle_hash as hash from policy_publications order by ${latestFirst} limit 1`,
  );
  return row;
}

/** Stores the bundle under its hash, so that a ruling can be replayed years later. */
export async function saveBundle(scope: Scope, bundle: PolicyBundle): Promise<void> {
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

/** Puts a stored bundle up for publication, and says so. */
export async function saveProposal(
  scope: Scope,
  proposal: { readonly bundleHash: string; readonly reason: string },
): Promise<ProposalId> {
  const id = scope.newId<"policy-proposal">();
  const { bundleHash, reason } = proposal;
  await insertRows(scope.tx, "policy_proposals", [proposal], {
    id: ["uuid", () => id],
    bundle_hash: ["text", (row) => row.bundleHash],
    reason: ["text", (row) => row.reason],
  });
  await scope.emit([{ name: "policy.proposed", subjectId: id, data: { bundleHash, reason } }]);
  await scope.audit([{ action: "policy.proposed", subjectId: id, bundleHash, reason }]);
  return id;
}
