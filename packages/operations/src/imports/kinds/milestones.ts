import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ChangeOrderRef } from "@plumbline/domain/engagement/change-order-ref";
import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Proof } from "@plumbline/domain/worklog/work-piece";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { amendedBySql } from "../../change-orders/amended-by.ts";
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

/** What was accepted, or amended by a change order, has its price: an order changes it, and what was billed a credit. */
async function frozenAmounts(
  scope: Scope,
  items: readonly Keyed<MilestoneItem>[],
): Promise<ReadonlyMap<string, RowIssue>> {
  const known = await query<Frozen>(
    scope.tx,
    `select m.id, w.amount_minor as amount, w.currency, m.accepted_on as "on", m.due_on as "dueOn", ${amendedBySql} as "amendedBy"
       from milestones m
       join work_items w on w.tenant_id = m.tenant_id and w.id = m.id and w.version = m.version
       left join change_orders o on o.tenant_id = m.tenant_id and o.id = m.change_order_id
      where w.current and (m.accepted_on is not null or o.id is not null) and m.id = any(?)`,
    [items.map(({ id }) => id)],
  );
  const frozen = new Map(known.map((row) => [row.id, row]));
  return new Map(
    items.flatMap(({ id, item }) => {
      const before = frozen.get(id);
      if (before === undefined) return [];
      const { on, dueOn, amendedBy } = before;
      const price = amountText(BigInt(before.amount), before.currency);
      const samePrice = BigInt(before.amount) === item.amountMinor && before.currency === item.currency;
      if (amendedBy !== null && (!samePrice || dueOn !== item.dueOn)) {
        const as = `${price} due on ${dueOn} by change order ${amendedBy.number} of ${amendedBy.signedOn}`;
        return [
          [id, { field: samePrice ? "due_date" : "amount", reason: `was amended to ${as}; change it by another` }],
        ];
      }
      if (samePrice) return [];
      const reason = `was accepted on ${on} at ${price}, and an accepted amount does not change`;
      return [[id, { field: "amount", reason }]];
    }),
  );
}

type Frozen = {
  readonly id: string;
  readonly amount: string;
  readonly currency: Currency;
  readonly on: LocalDate | null;
  readonly dueOn: LocalDate;
  readonly amendedBy: ChangeOrderRef | null;
};

/** The order that amended a milestone still does when its acceptance is imported. */
async function ordersOf(scope: Scope, items: readonly Keyed<MilestoneItem>[]): Promise<ReadonlyMap<string, string>> {
  const rows = await query<{ id: string; order: string }>(
    scope.tx,
    `select distinct on (id) id, change_order_id as "order" from milestones where id = any(?) and change_order_id is not null
      order by id, version desc`,
    [items.map(({ id }) => id)],
  );
  return new Map(rows.map(({ id, order }) => [id, order]));
}

async function saveVersions(scope: Scope, items: readonly Versioned<MilestoneItem>[]): Promise<void> {
  const evidenceOf = await saveProofs(
    scope,
    "milestone_acceptance",
    items.flatMap(({ id, item: { proof, acceptedOn, acceptedBy } }) =>
      proof === undefined ? [] : [{ subjectId: id, facts: { ...proof, acceptedOn, acceptedBy } }],
    ),
  );
  const orderOf = await ordersOf(scope, items);
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
    change_order_id: ["uuid", ({ id }) => orderOf.get(id)],
  });
}
