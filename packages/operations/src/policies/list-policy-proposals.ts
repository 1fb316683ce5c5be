import type { Page } from "@plumbline/contract/page";
import type { PolicyProposalDetailWire, PolicyProposalWire } from "@plumbline/contract/policy";
import { comparePacks } from "@plumbline/domain/policy/compare-packs";
import { Problem } from "@plumbline/domain/problem";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { currentBundle, loadBundle } from "./policy-bundles.ts";
import type { ProposalId } from "./policy-store.ts";

/**
 * Policies that were proposed, newest first.
 *
 * @throws Problem `permission-missing` | `request-invalid` for a cursor of another list
 */
export async function listPolicyProposals(
  scope: Scope,
  filter: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<PolicyProposalWire>> {
  demand(scope, "invoice.read");
  const page = keysetPage(filter, { sort: { "o.id": "uuid" }, direction: "desc" });
  const rows = await query<Row>(
    scope.tx,
    `select ${columns}, ${page.keys} from ${tables} where ${page.after} ${page.tail}`,
    page.values,
  );
  return page.of(rows, toWire);
}

/** @throws Problem `permission-missing` | `policy-proposal-not-found` */
export async function findPolicyProposal(
  scope: Scope,
  { policyProposalId }: { readonly policyProposalId: ProposalId },
): Promise<PolicyProposalDetailWire> {
  demand(scope, "invoice.read");
  const [row] = await query<Row>(scope.tx, `select ${columns} from ${tables} where o.id = ?`, [policyProposalId]);
  if (row === undefined) throw new Problem("policy-proposal-not-found");
  const before = await loadBundle(scope.tx, row.followed ?? (await currentBundle(scope)));
  const after = await loadBundle(scope.tx, row.hash);
  const changes = comparePacks(before.packs, after.packs);
  return { ...toWire(row), changes: changes.map((change) => ({ ...change, members: [...change.members] })) };
}

type Row = Omit<PolicyProposalWire, "published" | "dryRunId"> & {
  readonly published: PolicyProposalWire["published"] | null;
  readonly dryRunId: string | null;
  /** Hash of what was in force before it. */
  readonly followed: string | null;
  readonly page_keys: readonly string[];
};

const toWire = ({ page_keys: _keys, followed: _followed, published, dryRunId, ...row }: Row): PolicyProposalWire => ({
  ...row,
  ...(published !== null && { published }),
  ...(dryRunId !== null && { dryRunId }),
});

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const columns = `
  o.id, o.bundle_hash as hash, o.reason, jsonb_build_object('by', m.name, 'at', ${instant("o.proposed_at")}) as proposed,
  case when p.id is not null then jsonb_build_object('by', b.name, 'at', ${instant("p.published_at")}) end as published,
  f.bundle_hash as followed,
  (select r.id from policy_dry_runs r where r.tenant_id = o.tenant_id and r.proposal_id = o.id
    order by r.id desc limit 1) as "dryRunId"`;

const tables = `
  policy_proposals o
  join memberships m on m.tenant_id = o.tenant_id and m.id = o.proposed_by
  left join policy_publications p on p.tenant_id = o.tenant_id and p.proposal_id = o.id
  left join policy_publications f on f.tenant_id = p.tenant_id and f.id = p.follows
  left join memberships b on b.tenant_id = p.tenant_id and b.id = p.published_by`;
