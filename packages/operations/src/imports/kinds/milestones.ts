import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Proof } from "@plumbline/domain/worklog/work-piece";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { changeVersions, firstVersions, type Versioned } from "../change-versions.ts";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import type { References } from "../references.ts";
import type { RowIssue, RowReader } from "../row-reader.ts";
import { readProof, saveProofs } from "../save-proofs.ts";
import { readAmount } from "./read-amount.ts";

type MilestoneItem = {
  readonly engagementId: EngagementId | undefined;
  readonly projectId: ProjectId | undefined;
  readonly currency: Currency;
  readonly name: string;
  readonly amountMinor: bigint | undefined;
  readonly dueOn: LocalDate | undefined;
  readonly acceptedOn: LocalDate | undefined;
  readonly acceptedBy: string | undefined;
  readonly proof: Proof | undefined;
};

export const milestones: ImportKindSpec<MilestoneItem> = {
  keyField: "milestone_key",
  key: (row) => row.key("milestone_key"),
  read: (row, references) => {
    const engagement = row.lookUp("engagement_key", references.engagements, "engagement");
    const currency = engagement?.currency ?? "EUR";
    const acceptedOn = row.optional("accepted_on", row.date);
    const accepted = row.text("accepted_on") !== "";
    for (const field of ["accepted_by", "evidence", "evidence_sha256"]) {
      if (!accepted && row.text(field) !== "")
        row.refuse(field, "speaks of an acceptance that has no date in accepted_on");
    }
    return {
      engagementId: engagement?.id,
      projectId: row.optional("project_key", (field) => projectOf(row, field, { references, engagement })),
      currency,
      name: row.needed("name", 200),
      amountMinor: readAmount(row, "amount", currency),
      dueOn: row.date("due_date"),
      acceptedOn,
      acceptedBy: row.optional("accepted_by", row.key),
      proof: readProof(row, "evidence"),
    };
  },
  contradictions: frozenAmounts,
  add: (scope, items) => saveVersions(scope, firstVersions(items)),
  change: (scope, items) => changeVersions(scope, items, saveVersions),
};

export function projectOf(
  row: RowReader,
  field: string,
  known: { readonly references: References; readonly engagement: { readonly id: EngagementId } | undefined },
): ProjectId | undefined {
  const project = row.lookUp(field, known.references.projects, "project");
  if (project === undefined || known.engagement === undefined) return undefined;
  return project.engagementId === known.engagement.id
    ? project.id
    : row.refuse(field, "is a project of another engagement");
}

/** What was accepted has its price: it changes by a change order, and what was billed by a credit. */
async function frozenAmounts(
  scope: Scope,
  items: readonly Keyed<MilestoneItem>[],
): Promise<ReadonlyMap<string, RowIssue>> {
  const accepted = await query<{ id: string; amount: string; currency: Currency; on: LocalDate }>(
    scope.tx,
    `select m.id, w.amount_minor as amount, w.currency, m.accepted_on as "on" from milestones m
       join work_items w on w.tenant_id = m.tenant_id and w.id = m.id and w.version = m.version
      where w.current and m.accepted_on is not null and m.id = any(?)`,
    [items.map(({ id }) => id)],
  );
  const frozen = new Map(accepted.map((row) => [row.id, row]));
  return new Map(
    items.flatMap(({ id, item }) => {
      const before = frozen.get(id);
      if (before === undefined) return [];
      if (BigInt(before.amount) === item.amountMinor && before.currency === item.currency) return [];
      const reason = `was accepted on ${before.on} at ${amountText(BigInt(before.amount), before.currency)}, and an accepted amount does not change`;
      return [[id, { field: "amount", reason }]];
    }),
  );
}

async function saveVersions(scope: Scope, items: readonly Versioned<MilestoneItem>[]): Promise<void> {
  const evidenceOf = await saveProofs(
    scope,
    "milestone_acceptance",
    items.flatMap(({ id, item: { proof, acceptedOn, acceptedBy } }) =>
      proof === undefined ? [] : [{ subjectId: id, facts: { ...proof, acceptedOn, acceptedBy } }],
    ),
  );
  await insertRows(
    scope.tx,
    "work_items",
    items,
    {
      id: ["uuid", ({ id }) => id],
      version: ["int", ({ version }) => version],
      engagement_id: ["uuid", ({ item }) => item.engagementId],
      project_id: ["uuid", ({ item }) => item.projectId],
      worked_on: ["date", ({ item }) => item.acceptedOn ?? item.dueOn],
      amount_minor: ["bigint", ({ item }) => item.amountMinor],
      currency: ["text", ({ item }) => item.currency],
      status: ["text", ({ item }) => (item.acceptedOn === undefined ? "submitted" : "approved")],
    },
    { constants: { kind: "'milestone'" } },
  );
  await insertRows(scope.tx, "milestones", items, {
    id: ["uuid", ({ id }) => id],
    version: ["int", ({ version }) => version],
    name: ["text", ({ item }) => item.name],
    due_on: ["date", ({ item }) => item.dueOn],
    accepted_on: ["date", ({ item }) => item.acceptedOn],
    accepted_by: ["text", ({ item }) => item.acceptedBy],
    evidence_id: ["uuid", ({ id }) => evidenceOf.get(id)],
  });
}
