import type { Proof } from "@plumbline/domain/worklog/work-piece";
import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { cut, type RowReader } from "./row-reader.ts";

/** A document of a row: its name, and the SHA-256 of its bytes under the same column with `_sha256`. */
export function readProof(row: RowReader, field: string): Proof | undefined {
  return row.optional(field, () => {
    const hash = row.key(`${field}_sha256`).toLowerCase();
    if (hash !== "" && !/^[0-9a-f]{64}$/.test(hash)) {
      const reason = `“${cut(hash)}” is not the SHA-256 of a document, 64 hexadecimal digits`;
      return row.refuse(`${field}_sha256`, reason);
    }
    return { document: row.needed(field, 200), sha256: hash };
  });
}

/** What a document proves about a subject, with the facts it proves. */
export type Proven = { readonly subjectId: string; readonly facts: Proof & Readonly<Record<string, unknown>> };

/**
 * Keeps proofs, each once however often it is imported.
 *
 * @returns the evidence of each subject
 */
export async function saveProofs(
  scope: Scope,
  kind: "milestone_acceptance" | "receipt" | "change_order",
  proven: readonly Proven[],
): Promise<ReadonlyMap<string, string>> {
  const rows = proven.map((proof) => ({ ...proof, hash: sha256(JSON.stringify(proof.facts)) }));
  await insertRows(
    scope.tx,
    "evidence",
    rows,
    {
      id: ["uuid", () => scope.newId()],
      subject_id: ["uuid", ({ subjectId }) => subjectId],
      facts: ["jsonb", ({ facts }) => facts],
      hash: ["text", ({ hash }) => hash],
    },
    { constants: { kind: ["?", kind] }, suffix: "on conflict (tenant_id, subject_id, hash) do nothing" },
  );
  const kept = await query<{ subject: string; id: string }>(
    scope.tx,
    `select v.subject_id as subject, v.id from evidence v
       join unnest(?::uuid[], ?::text[]) u (subject_id, hash) on u.subject_id = v.subject_id and u.hash = v.hash`,
    [rows.map(({ subjectId }) => subjectId), rows.map(({ hash }) => hash)],
  );
  return new Map(kept.map(({ subject, id }) => [subject, id]));
}
