import type { ClientId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { normalTaxId, type VatIdCheck } from "@plumbline/domain/tax/vat-id-check";
import { sha256 } from "@plumbline/platform/hash";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";

type Answer = Omit<VatIdCheck, "taxId"> & {
  /** The register's own reference of the consultation, which proves it to an auditor. */
  readonly reference?: string | undefined;
};

/**
 * Keeps what a VAT register answered about a client's id, as evidence; also that it did not answer. The newest answer is
 * what holds: one that settles a treatment lets waiting invoices go on, one that takes the proof away stops them.
 *
 * @throws Problem `permission-missing` | `client-not-found` | `vat-id-check-refused` when the id is not the client's, or
 *   the answer is from the future
 */
export async function recordVatIdCheck(
  scope: Scope,
  input: { readonly clientId: ClientId; readonly taxId: string; readonly answer: Answer },
): Promise<VatIdCheck> {
  demand(scope, "client.verify");
  const { clientId, taxId, answer } = input;
  const [client] = await query<{ tax_id: string | null }>(scope.tx, "select tax_id from clients where id = ?", [
    clientId,
  ]);
  if (client === undefined) throw new Problem("client-not-found");
  if (client.tax_id === null || normalTaxId(client.tax_id) !== normalTaxId(taxId)) {
    throw new Problem("vat-id-check-refused", {
      detail: `The client's VAT id on file is ${client.tax_id ?? "missing"}, not ${taxId}.`,
    });
  }
  if (Date.parse(answer.checkedAt) > scope.now.getTime()) {
    throw new Problem("vat-id-check-refused", { detail: `${answer.checkedAt} lies ahead.` });
  }
  const { reference, ...said } = answer;
  const check = { taxId: normalTaxId(taxId), ...said, ...(reference !== undefined && { reference }) };
  const hash = sha256(JSON.stringify(check));
  await insertRows(
    scope.tx,
    "evidence",
    [check],
    {
      id: ["uuid", () => scope.newId()],
      kind: ["text", () => "vat_id_check"],
      subject_id: ["uuid", () => clientId],
      facts: ["jsonb", (facts) => facts],
      hash: ["text", () => hash],
    },
    { suffix: "on conflict (tenant_id, subject_id, hash) do nothing" },
  );
  await scope.emit([{ name: "client.vat_id_checked", subjectId: clientId, data: { valid: check.valid } }]);
  await scope.audit([{ action: "client.vat_id_checked", subjectId: clientId, afterHash: hash }]);
  return check;
}
