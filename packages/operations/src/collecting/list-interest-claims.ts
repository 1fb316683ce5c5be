import type { z } from "zod";
import type { interestClaimFilter, InterestClaimWire } from "@plumbline/contract/interest-claim";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { Problem } from "@plumbline/domain/problem";
import type { InterestLine } from "@plumbline/domain/receivable/late-interest";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";

type Row = Pick<InterestClaimWire, "id" | "client" | "entity" | "invoice" | "state" | "by"> & {
  readonly currency: string;
  readonly from_on: LocalDate;
  readonly until_on: LocalDate;
  readonly interest_minor: string;
  readonly compensation_minor: string;
  readonly total: string;
  readonly lines: readonly InterestLine[];
  readonly reason: string | null;
  readonly recorded_at: Date;
  readonly decided_by_name: string | null;
};

/**
 * Claims of interest, newest first.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listInterestClaims(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof interestClaimFilter>>,
): Promise<Page<InterestClaimWire>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "k.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "k.client_id": filter.clientId, "k.state": filter.state });
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${claimSelect}, ${page.keys} from ${claimFrom} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, fromRow);
}

/** @throws Problem `permission-missing` | `interest-claim-not-found` */
export async function findInterestClaim(
  scope: Scope,
  { interestClaimId }: { readonly interestClaimId: string },
): Promise<InterestClaimWire> {
  demand(scope, "receivable.read");
  const [row] = await query<Row>(scope.tx, `select ${claimSelect} from ${claimFrom} where k.id = ?`, [interestClaimId]);
  if (row === undefined) throw new Problem("interest-claim-not-found");
  return fromRow(row);
}

const claimSelect = `k.id, jsonb_build_object('id', c.id, 'name', c.name) as client,
  jsonb_build_object('id', l.id, 'name', l.legal_name) as entity,
  jsonb_build_object('id', i.id, 'number', i.number_text) as invoice, k.currency, k.from_on, k.until_on, k.interest_minor,
  k.compensation_minor, k.interest_minor + k.compensation_minor as total, k.lines, k.state, k.reason, m.name as by,
  k.recorded_at, d.name as decided_by_name`;

const claimFrom = `interest_claims k
  join invoices i on i.tenant_id = k.tenant_id and i.id = k.invoice_id
  join legal_entities l on l.tenant_id = k.tenant_id and l.id = k.legal_entity_id
  join clients c on c.tenant_id = k.tenant_id and c.id = k.client_id
  join memberships m on m.tenant_id = k.tenant_id and m.id = k.recorded_by
  left join memberships d on d.tenant_id = k.tenant_id and d.id = k.decided_by`;

const fromRow = (row: Row): InterestClaimWire => ({
  id: row.id,
  client: row.client,
  entity: row.entity,
  invoice: row.invoice,
  from: row.from_on,
  until: row.until_on,
  interest: minorToWire(row.interest_minor, row.currency),
  compensation: minorToWire(row.compensation_minor, row.currency),
  total: minorToWire(row.total, row.currency),
  lines: row.lines.map(({ principalMinor, ...line }) => ({
    ...line,
    principal: minorToWire(principalMinor, row.currency),
  })),
  state: row.state,
  ...(row.reason !== null && { reason: row.reason }),
  by: row.by,
  at: row.recorded_at.toISOString(),
  ...(row.decided_by_name !== null && { decidedBy: row.decided_by_name }),
});
