import type { z } from "zod";
import type { certificateFilter, CertificateWire } from "@plumbline/contract/withholding";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { Problem } from "@plumbline/domain/problem";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";

type Row = {
  readonly id: string;
  readonly client_id: string;
  readonly client_name: string;
  readonly entity_id: string;
  readonly entity_name: string;
  readonly currency: string;
  readonly amount_minor: string;
  readonly number: string;
  readonly issued_on: LocalDate;
  readonly evidence: string | null;
  readonly evidence_hash: string | null;
  readonly withdrawn_on: LocalDate | null;
  readonly withdrawn_reason: string | null;
  readonly by_name: string;
  readonly parts: readonly { readonly id: string; readonly number: string; readonly minor: string }[];
};

/**
 * Withholding certificates, newest first; those that were withdrawn included.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listCertificates(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof certificateFilter>>,
): Promise<Page<CertificateWire>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "w.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "w.client_id": filter.clientId });
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${certificateSelect}, ${page.keys} from ${certificateFrom} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, fromRow);
}

/** @throws Problem `permission-missing` | `withholding-certificate-not-found` */
export async function findCertificate(
  scope: Scope,
  { withholdingCertificateId }: { readonly withholdingCertificateId: string },
): Promise<CertificateWire> {
  demand(scope, "receivable.read");
  const [row] = await query<Row>(scope.tx, `select ${certificateSelect} from ${certificateFrom} where w.id = ?`, [
    withholdingCertificateId,
  ]);
  if (row === undefined) throw new Problem("withholding-certificate-not-found");
  return fromRow(row);
}

const certificateSelect = `w.*, c.name as client_name, l.id as entity_id, l.legal_name as entity_name, m.name as by_name, s.parts`;
const certificateFrom = `withholding_certificates w
  join clients c on c.tenant_id = w.tenant_id and c.id = w.client_id
  join legal_entities l on l.tenant_id = w.tenant_id and l.id = w.legal_entity_id
  join memberships m on m.tenant_id = w.tenant_id and m.id = w.recorded_by
 cross join lateral (
   select jsonb_agg(jsonb_build_object('id', i.id, 'number', i.number_text, 'minor', p.amount_minor::text) order by p.id) as parts
     from certified_withholdings p join invoices i on i.tenant_id = p.tenant_id and i.id = p.invoice_id
    where p.tenant_id = w.tenant_id and p.certificate_id = w.id) s`;

const fromRow = (row: Row): CertificateWire => ({
  id: row.id,
  client: { id: row.client_id, name: row.client_name },
  entity: { id: row.entity_id, name: row.entity_name },
  number: row.number,
  issuedOn: row.issued_on,
  amount: minorToWire(row.amount_minor, row.currency),
  ...(row.evidence !== null &&
    row.evidence_hash !== null && { evidence: { document: row.evidence, sha256: row.evidence_hash } }),
  invoices: row.parts.map(({ id, number, minor }) => ({
    invoice: { id, number },
    amount: minorToWire(minor, row.currency),
  })),
  ...(row.withdrawn_on !== null && { withdrawn: { on: row.withdrawn_on, reason: row.withdrawn_reason ?? "" } }),
  recordedBy: row.by_name,
});
