import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { RecurringAgreement } from "../../work/recurring-pieces.ts";
import { type BrokenPart, recurringContradictions, saveRecurringPieces } from "../../work/save-recurring-pieces.ts";
import { firstVersions, type Versioned } from "../change-versions.ts";
import type { Keyed } from "../import-kind.ts";
import type { References } from "../references.ts";
import type { RowIssue, RowReader } from "../row-reader.ts";
import { projectOf } from "./milestones.ts";

/** What a row says is charged period by period, and for which engagement. */
export type AgreementItem<Terms> = {
  readonly engagementId: EngagementId | undefined;
  readonly projectId: ProjectId | undefined;
  readonly currency: Currency;
  /** Absent when the row has faults. */
  readonly terms: Terms | undefined;
};

type Kind = RecurringAgreement["kind"];
type TermsOf<K extends Kind> = Extract<RecurringAgreement, { readonly kind: K }>["terms"];

export function readAgreed<Terms>(
  row: RowReader,
  references: References,
  read: (row: RowReader, currency: Currency) => Terms | undefined,
): AgreementItem<Terms> {
  const engagement = row.lookUp("engagement_key", references.engagements, "engagement");
  const currency = engagement?.currency ?? "EUR";
  return {
    engagementId: engagement?.id,
    projectId: row.optional("project_key", (field) => projectOf(row, field, { references, engagement })),
    currency,
    terms: read(row, currency),
  };
}

/** @param columnOf the column that has to change for a part that was billed to stay as it was */
export async function agreementContradictions<K extends Kind>(
  scope: Scope,
  kind: K,
  items: readonly Keyed<AgreementItem<TermsOf<K>>>[],
  columnOf: (part: BrokenPart) => string,
): Promise<ReadonlyMap<string, RowIssue>> {
  const agreements = items.map(({ id, item }) => ({ ...item, id, version: 0, kind }) as RecurringAgreement);
  const broken = await recurringContradictions(scope, agreements);
  return new Map([...broken].map(([id, part]) => [id, { field: columnOf(part), reason: part.reason }]));
}

export const addAgreements = <K extends Kind>(
  scope: Scope,
  kind: K,
  items: readonly Keyed<AgreementItem<TermsOf<K>>>[],
) => saveVersions(scope, kind, firstVersions(items));

/** A change is a new version of what was agreed, and of every part of it that is not billed yet. */
export async function changeAgreements<K extends Kind>(
  scope: Scope,
  kind: K,
  items: readonly Keyed<AgreementItem<TermsOf<K>>>[],
): Promise<void> {
  const only = items.map(({ id }) => id);
  const retired = await query<{ id: string; version: number }>(
    scope.tx,
    "update recurring_agreements set current = false where current and id = any(?) returning id, version",
    [only],
  );
  const versionOf = new Map(retired.map(({ id, version }) => [id, version + 1]));
  await saveVersions(
    scope,
    kind,
    items.map((keyed) => ({ ...keyed, version: versionOf.get(keyed.id) ?? 1 })),
  );
  await saveRecurringPieces(scope, { only });
}

const saveVersions = async <K extends Kind>(
  scope: Scope,
  kind: K,
  items: readonly Versioned<AgreementItem<TermsOf<K>>>[],
): Promise<void> => {
  await insertRows(
    scope.tx,
    "recurring_agreements",
    items,
    {
      id: ["uuid", ({ id }) => id],
      version: ["int", ({ version }) => version],
      engagement_id: ["uuid", ({ item }) => item.engagementId],
      project_id: ["uuid", ({ item }) => item.projectId],
      terms: ["jsonb", ({ item }) => item.terms],
    },
    { constants: { kind: ["?", kind] } },
  );
};
