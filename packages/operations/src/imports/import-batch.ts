import { hash } from "node:crypto";
import type { ImportKind } from "@plumbline/contract/import-row";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { ImportKindSpec } from "./import-kind.ts";
import type { References } from "./references.ts";
import { cut, type RawRow, readRow, type RowIssue } from "./row-reader.ts";
import { saveOrRefuse } from "./save-or-refuse.ts";

export type BatchResult = {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly quarantined: readonly { readonly row: RawRow; readonly issues: readonly RowIssue[] }[];
};

type Input<Item> = {
  readonly importId: string;
  readonly system: string;
  readonly kind: ImportKind;
  readonly spec: ImportKindSpec<Item>;
  readonly references: References;
  /** Keys that stood in the file before this batch and left no trace in the database, where the others are looked up. */
  readonly seen: Set<string>;
  readonly rows: readonly RawRow[];
};

type Candidate<Item> = { readonly row: RawRow; readonly key: string; readonly hash: string; readonly item: Item };
type Change<Item> = Candidate<Item> & { readonly id: string; readonly isNew: boolean };
type Ref = {
  readonly external_id: string;
  readonly subject_id: string;
  readonly version_hash: string;
  readonly same_import: boolean;
};

/**
 * Takes a batch of rows in: new ones are added, edited ones changed, known ones left alone, and bad ones handed back
 * with every fault they have. All in the caller's transaction, a fixed number of statements whatever the size, as long
 * as the database takes what the checks let pass.
 */
export async function importBatch<Item>(scope: Scope, input: Input<Item>): Promise<BatchResult> {
  const { system, kind, spec } = input;
  // What is known is asked once nobody else can add to it.
  await query(scope.tx, "select pg_advisory_xact_lock(hashtextextended(?, 1))", [
    `${scope.tenantId} ${system} ${kind}`,
  ]);
  const { candidates, unreadable } = readCandidates(input);
  const { changes, repeated, unchanged } = await tellApart(scope, input, candidates);

  const contradicting = (await spec.contradictions?.(scope, changes)) ?? new Map<string, RowIssue>();
  const refused = await saveOrRefuse(
    scope,
    changes.filter(({ id }) => !contradicting.has(id)),
    (part) => save(scope, input, part),
  );
  const issueOf = (id: string) => contradicting.get(id) ?? refused.get(id);
  const saved = changes.filter(({ id }) => issueOf(id) === undefined);
  return {
    added: saved.filter(({ isNew }) => isNew).length,
    changed: saved.filter(({ isNew }) => !isNew).length,
    unchanged,
    quarantined: [
      ...unreadable,
      ...repeated,
      ...changes.flatMap(({ row, id }) => {
        const issue = issueOf(id);
        return issue === undefined ? [] : [{ row, issues: [issue] }];
      }),
    ],
  };
}

function readCandidates<Item>({ spec, references, rows }: Input<Item>) {
  const unreadable: { row: RawRow; issues: readonly RowIssue[] }[] = [];
  const candidates = new Map<string, Candidate<Item>>();
  for (const row of rows) {
    const reader = readRow(row);
    const key = spec.key(reader);
    const item = spec.read(reader, references);
    if (reader.issues.length === 0 && candidates.has(key)) reader.issues.push(twice(spec, key));
    if (reader.issues.length > 0) unreadable.push({ row, issues: reader.issues });
    else candidates.set(key, { row, key, hash: hash("sha256", Object.values(row.fields).join("\u001f")), item });
  }
  return { candidates, unreadable };
}

/** New, edited or known already; and a second row of the same file is none of them, whatever it says. */
async function tellApart<Item>(
  scope: Scope,
  { importId, system, kind, spec, seen }: Input<Item>,
  candidates: ReadonlyMap<string, Candidate<Item>>,
) {
  const refs = await query<Ref>(
    scope.tx,
    `select external_id, subject_id, version_hash, import_id = ? as same_import from external_refs
      where system = ? and kind = ? and external_id = any(?)`,
    [importId, system, kind, [...candidates.keys()]],
  );
  const known = new Map(refs.map((ref) => [ref.external_id, ref]));
  const changes: Change<Item>[] = [];
  const repeated: { row: RawRow; issues: readonly RowIssue[] }[] = [];
  let unchanged = 0;
  for (const candidate of candidates.values()) {
    const { row, key } = candidate;
    const ref = known.get(key);
    if (ref?.same_import === true || seen.has(key)) repeated.push({ row, issues: [twice(spec, key)] });
    else if (ref === undefined) changes.push({ ...candidate, id: scope.newId(), isNew: true });
    else if (ref.version_hash !== candidate.hash) changes.push({ ...candidate, id: ref.subject_id, isNew: false });
    else {
      unchanged += 1;
      seen.add(key);
    }
  }
  return { changes, repeated, unchanged };
}

const twice = (spec: { readonly keyField: string }, key: string): RowIssue => ({
  field: spec.keyField,
  reason: `“${cut(key)}” appears twice in this file; the first is taken`,
});

async function save<Item>(
  scope: Scope,
  { importId, system, kind, spec }: Input<Item>,
  rows: readonly Change<Item>[],
): Promise<ReadonlyMap<string, RowIssue>> {
  const added = rows.filter(({ isNew }) => isNew);
  const edited = rows.filter(({ isNew }) => !isNew);
  // Edits first: what they give up, such as a code, a new row may take.
  const refused = edited.length > 0 ? await spec.change(scope, edited) : undefined;
  if (added.length > 0) await spec.add(scope, added);
  await insertRows(
    scope.tx,
    "external_refs",
    rows.filter(({ id }) => !refused?.has(id)),
    {
      external_id: ["text", (row) => row.key],
      subject_id: ["uuid", (row) => row.id],
      version_hash: ["text", (row) => row.hash],
    },
    {
      constants: { system: ["?", system], kind: ["?", kind], import_id: ["?::uuid", importId] },
      suffix: `on conflict (tenant_id, system, kind, external_id)
        do update set version_hash = excluded.version_hash, import_id = excluded.import_id`,
    },
  );
  return new Map([...(refused ?? [])].map(([id, reason]) => [id, { field: spec.keyField, reason }]));
}
