import { hash } from "node:crypto";
import type { ImportKind } from "@plumbline/contract/import-row";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "./import-kind.ts";
import type { References } from "./references.ts";
import { type RawRow, readRow, type RowIssue } from "./row-reader.ts";

export type BatchResult = {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly quarantined: readonly { readonly row: RawRow; readonly issues: readonly RowIssue[] }[];
};

type Candidate<Item> = { readonly row: RawRow; readonly key: string; readonly hash: string; readonly item: Item };
type Ref = {
  readonly external_id: string;
  readonly subject_id: string;
  readonly version_hash: string;
  readonly same_import: boolean;
};

/**
 * Takes a batch of rows in: new ones are added, edited ones changed, known ones left alone, and bad ones handed back
 * with every fault they have. All in the caller's transaction, a fixed number of statements whatever the size.
 */
export async function importBatch<Item>(
  scope: Scope,
  input: {
    readonly importId: string;
    readonly system: string;
    readonly kind: ImportKind;
    readonly spec: ImportKindSpec<Item>;
    readonly references: References;
    readonly rows: readonly RawRow[];
  },
): Promise<BatchResult> {
  const { importId, system, kind, spec, references, rows } = input;
  const quarantined: { row: RawRow; issues: readonly RowIssue[] }[] = [];
  const candidates = new Map<string, Candidate<Item>>();
  for (const row of rows) {
    const reader = readRow(row);
    const key = spec.key(reader);
    const item = spec.read(reader, references);
    if (reader.issues.length === 0 && candidates.has(key)) reader.refuse("key", `“${key}” appears twice in this file`);
    if (reader.issues.length > 0) quarantined.push({ row, issues: reader.issues });
    else candidates.set(key, { row, key, hash: hash("sha256", Object.values(row.fields).join("\u001f")), item });
  }

  const known = new Map(
    (
      await query<Ref>(
        scope.tx,
        `select external_id, subject_id, version_hash, import_id = ? as same_import from external_refs
          where system = ? and kind = ? and external_id = any(?)`,
        [importId, system, kind, [...candidates.keys()]],
      )
    ).map((ref) => [ref.external_id, ref]),
  );
  const added: (Candidate<Item> & Keyed<Item>)[] = [];
  const edited: (Candidate<Item> & Keyed<Item>)[] = [];
  let unchanged = 0;
  for (const candidate of candidates.values()) {
    const ref = known.get(candidate.key);
    if (ref === undefined) added.push({ ...candidate, id: scope.newId() });
    else if (ref.version_hash === candidate.hash) unchanged += 1;
    else if (!ref.same_import) edited.push({ ...candidate, id: ref.subject_id });
    else
      quarantined.push({
        row: candidate.row,
        issues: [{ field: "key", reason: `“${cut(candidate.key)}” appears twice in this file` }],
      });
  }

  if (added.length > 0) await spec.add(scope, added);
  const refused = edited.length > 0 ? await spec.change(scope, edited) : undefined;
  const changed = edited.filter(({ id }) => !refused?.has(id));
  for (const { row, id } of edited) {
    const reason = refused?.get(id);
    if (reason !== undefined) quarantined.push({ row, issues: [{ field: "key", reason }] });
  }
  await rememberRows(scope, { importId, system, kind, rows: [...added, ...changed] });
  return { added: added.length, changed: changed.length, unchanged, quarantined };
}

const cut = (text: string) => text.slice(0, 60);

async function rememberRows(
  scope: Scope,
  input: {
    readonly importId: string;
    readonly system: string;
    readonly kind: ImportKind;
    readonly rows: readonly { readonly key: string; readonly id: string; readonly hash: string }[];
  },
): Promise<void> {
  await insertRows(
    scope.tx,
    "external_refs",
    input.rows,
    {
      system: ["text", () => input.system],
      kind: ["text", () => input.kind],
      external_id: ["text", (row) => row.key],
      subject_id: ["uuid", (row) => row.id],
      version_hash: ["text", (row) => row.hash],
      import_id: ["uuid", () => input.importId],
    },
    {
      suffix: `on conflict (tenant_id, system, kind, external_id)
        do update set version_hash = excluded.version_hash, import_id = excluded.import_id`,
    },
  );
}
