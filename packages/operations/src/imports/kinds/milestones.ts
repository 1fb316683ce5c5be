import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { toDecimal } from "@plumbline/domain/money/decimal";
import { money } from "@plumbline/domain/money/money";
import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { billedWork } from "../billed-work.ts";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import type { References } from "../references.ts";
import { cut, type RowIssue, type RowReader } from "../row-reader.ts";
import { readAmount } from "./engagement-terms.ts";

type Proof = { readonly document: string; readonly sha256: string };

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
      proof: row.optional("evidence", () => proofOf(row)),
    };
  },
  contradictions: frozenAmounts,
  add: (scope, items) =>
    saveVersions(
      scope,
      items.map((keyed) => ({ ...keyed, version: 1 })),
    ),
  change: changeMilestones,
};

function projectOf(
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

function proofOf(row: RowReader): Proof | undefined {
  const hash = row.key("evidence_sha256").toLowerCase();
  if (hash !== "" && !/^[0-9a-f]{64}$/.test(hash)) {
    return row.refuse("evidence_sha256", `“${cut(hash)}” is not the SHA-256 of a document, 64 hexadecimal digits`);
  }
  return { document: row.needed("evidence", 200), sha256: hash };
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
      const amount = `${toDecimal(money(BigInt(before.amount), before.currency))} ${before.currency}`;
      const reason = `was accepted on ${before.on} at ${amount}, and an accepted amount does not change`;
      return [[id, { field: "amount", reason }]];
    }),
  );
}

type Versioned = Keyed<MilestoneItem> & { readonly version: number };

async function changeMilestones(
  scope: Scope,
  items: readonly Keyed<MilestoneItem>[],
): Promise<ReadonlyMap<string, string>> {
  const refused = await billedWork(
    scope,
    items.map(({ id }) => id),
  );
  const retired = await query<{ id: string; version: number }>(
    scope.tx,
    "update work_items set current = false where id = any(?) and current returning id, version",
    [items.flatMap(({ id }) => (refused.has(id) ? [] : id))],
  );
  const versionOf = new Map(retired.map(({ id, version }) => [id, version + 1]));
  await saveVersions(
    scope,
    items.flatMap((keyed) => {
      const version = versionOf.get(keyed.id);
      return version === undefined ? [] : [{ ...keyed, version }];
    }),
  );
  return refused;
}

async function saveVersions(scope: Scope, items: readonly Versioned[]): Promise<void> {
  const evidenceOf = await saveEvidence(scope, items);
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

/** The proof of each acceptance, kept once however often it is imported. */
async function saveEvidence(scope: Scope, items: readonly Versioned[]): Promise<ReadonlyMap<string, string>> {
  const proofs = items.flatMap(({ id, item: { proof, acceptedOn, acceptedBy } }) => {
    if (proof === undefined) return [];
    const facts = { ...proof, acceptedOn, acceptedBy };
    return [{ id, facts, hash: sha256(JSON.stringify(facts)) }];
  });
  await insertRows(
    scope.tx,
    "evidence",
    proofs,
    {
      id: ["uuid", () => scope.newId()],
      subject_id: ["uuid", ({ id }) => id],
      facts: ["jsonb", ({ facts }) => facts],
      hash: ["text", ({ hash }) => hash],
    },
    {
      constants: { kind: "'milestone_acceptance'" },
      suffix: "on conflict (tenant_id, subject_id, hash) do nothing",
    },
  );
  const kept = await query<{ subject: string; id: string }>(
    scope.tx,
    `select v.subject_id as subject, v.id from evidence v
       join unnest(?::uuid[], ?::text[]) u (subject_id, hash) on u.subject_id = v.subject_id and u.hash = v.hash`,
    [proofs.map(({ id }) => id), proofs.map(({ hash }) => hash)],
  );
  return new Map(kept.map(({ subject, id }) => [subject, id]));
}
