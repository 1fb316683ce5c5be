import type { Page } from "@plumbline/contract/page";
import type { PolicyPublicationWire } from "@plumbline/contract/policy";
import { layerOf, type PolicyPack } from "@plumbline/domain/policy/policy-pack";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * Policies that came into force, the present ones first.
 *
 * @throws Problem `permission-missing` | `request-invalid` for a cursor of another list
 */
export async function listPolicyPublications(
  scope: Scope,
  filter: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<PolicyPublicationWire>> {
  demand(scope, "invoice.read");
  const page = keysetPage(filter, { sort: { "p.published_at": "timestamptz", "p.id": "uuid" }, direction: "desc" });
  const rows = await query<Row>(
    scope.tx,
    `select ${columns}, ${page.keys} from ${tables} where ${page.after} ${page.tail}`,
    page.values,
  );
  return page.of(rows, toWire);
}

/** Answers with one that is there. */
export async function showPublication(scope: Scope, id: string): Promise<PolicyPublicationWire> {
  const [row] = await query<Row>(scope.tx, `select ${columns} from ${tables} where p.id = ?`, [id]);
  if (row === undefined) throw new Error(`policy publication ${id} vanished`);
  return toWire(row);
}

export const toPackWire = (pack: PolicyPack) => ({
  pack: pack.pack,
  layer: layerOf(pack),
  rules: pack.rules.map(({ id }) => id),
});

type Row = Omit<PolicyPublicationWire, "proposalId" | "packs"> & {
  readonly proposalId: string | null;
  readonly packs: readonly PolicyPack[];
  readonly page_keys: readonly string[];
};

const toWire = ({ page_keys: _keys, proposalId, packs, ...row }: Row): PolicyPublicationWire => ({
  ...row,
  ...(proposalId !== null && { proposalId }),
  packs: packs.map(toPackWire),
});

const columns = `
  p.id, p.bundle_hash as hash, p.proposal_id as "proposalId", b.packs,
  jsonb_build_object('by', m.name, 'at', to_char(p.published_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as published`;

const tables = `
  policy_publications p
  join policy_bundles b on b.tenant_id = p.tenant_id and b.hash = p.bundle_hash
  join memberships m on m.tenant_id = p.tenant_id and m.id = p.published_by`;
