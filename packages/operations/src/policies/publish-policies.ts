import type { ActorId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { type DryRunId, latestFirst, latestPublication, type ProposalId, type PublicationId } from "./policy-store.ts";

/**
 * Puts proposed policies into force, for runs and submissions from now on; what is in flight keeps the policies it was
 * pinned to. Somebody else than who proposed does it, and only on a dry run of exactly these policies against those that are
 * in force still.
 *
 * @throws Problem `permission-missing` | `policy-proposal-not-found` | `duties-not-separate` | `policy-publication-refused`
 */
export async function publishPolicies(
  scope: Scope,
  input: { readonly policyProposalId: ProposalId },
): Promise<PublicationId> {
  demand(scope, "policy.publish");
  // One at a time, so that each looks at what the one before put into force.
  await query(scope.tx, "select pg_advisory_xact_lock(hashtextextended(?, 0))", [`${scope.tenantId}|policies`]);
  const [proposal] = await query<Row>(scope.tx, rowSql, [input.policyProposalId]);
  const inForce = await latestPublication(scope.tx);
  if (proposal === undefined) throw new Problem("policy-proposal-not-found");
  if (proposal.published) throw refused("It was published already.");
  if (proposal.hash === inForce?.hash) throw refused("These policies are in force already.");
  if (proposal.proposedBy === scope.actor.id)
    throw new Problem("duties-not-separate", { detail: "You proposed them: somebody else has to publish them." });
  if (proposal.dryRunId === null) throw refused("Nobody dry-ran them against the policies that are in force now.");
  const id = scope.newId<"policy-publication">();
  await insertRows(scope.tx, "policy_publications", [proposal], {
    id: ["uuid", () => id],
    bundle_hash: ["text", (row) => row.hash],
    proposal_id: ["uuid", () => input.policyProposalId],
    dry_run_id: ["uuid", (row) => row.dryRunId],
    follows: ["uuid", () => inForce?.id],
  });
  const data = { proposalId: input.policyProposalId, bundleHash: proposal.hash };
  await scope.emit([{ name: "policy.published", subjectId: id, data }]);
  await scope.audit([
    { action: "policy.published", subjectId: id, bundleHash: proposal.hash, reason: proposal.reason },
  ]);
  return id;
}

const refused = (detail: string) => new Problem("policy-publication-refused", { detail });

type Row = {
  readonly hash: string;
  readonly reason: string;
  readonly proposedBy: ActorId;
  readonly published: boolean;
  readonly dryRunId: DryRunId | null;
};

const rowSql = `
  select o.bundle_hash as hash, o.reason, app.person_behind(o.tenant_id, o.proposed_by) as "proposedBy",
         exists (select from policy_publications p where p.tenant_id = o.tenant_id and p.proposal_id = o.id) as published,
         (select r.id from policy_dry_runs r
           where r.tenant_id = o.tenant_id and r.proposal_id = o.id
             and r.base_publication_id = (select id from policy_publications order by ${latestFirst} limit 1)
           order by r.id desc limit 1) as "dryRunId"
    from policy_proposals o where o.id = ?`;
