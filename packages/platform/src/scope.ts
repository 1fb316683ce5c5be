import type { Permission } from "@plumbline/domain/access/permissions";
import type { ActorId, Id, TenantId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { newId } from "./new-id.ts";
import { insertRows, query } from "./sql.ts";
import { inTenant, type TenantPool, type TenantTx } from "./tenancy.ts";

export type Actor = {
  readonly id: ActorId;
  readonly kind: "person" | "system" | "key";
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
};

/** A fact that has happened. Its name is also the webhook name. */
export type Fact = {
  readonly name: string;
  readonly subjectId: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** Who did what to which thing: hashes of its content before and after, never the content. */
export type AuditEntry = {
  readonly action: string;
  readonly subjectId: string;
  readonly beforeHash?: string | undefined;
  readonly afterHash?: string | undefined;
  readonly bundleHash?: string | undefined;
  readonly reason?: string | undefined;
};

/**
 * Everything an operation may touch, and proof of who is asking.
 * Built once at the edge (request or job) and passed down by hand: no globals, no async-local magic.
 */
export type Scope = {
  readonly tx: TenantTx;
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly now: Date;
  readonly newId: <Kind extends string>() => Id<Kind>;
  /** Appends to the outbox in this transaction. Webhooks and jobs leave only after it commits. */
  readonly emit: (facts: readonly Fact[]) => Promise<void>;
  /** Appends to the audit in this transaction. */
  readonly audit: (entries: readonly AuditEntry[]) => Promise<void>;
};

/** Opens one transaction after another for the same actor: what operations of several transactions are handed. */
export type InScope = {
  <T>(work: (scope: Scope) => Promise<T>): Promise<T>;
  readonly tenantId: TenantId;
  readonly actor: Actor;
  /** One snapshot for as long as `work` runs; writing in it fails. */
  readonly reading: <T>(work: (scope: Scope) => Promise<T>) => Promise<T>;
};

export function scopesFor(pool: TenantPool, input: { tenantId: TenantId; actor: Actor; clock?: () => Date }): InScope {
  const { tenantId, actor, clock = () => new Date() } = input;
  const context = { tenantId, actorId: actor.id };
  const scopeOn = (tx: TenantTx): Scope => ({
    tx,
    tenantId,
    actor,
    now: clock(),
    newId,
    emit: (facts) => appendFacts(tx, facts),
    audit: (entries) => appendAudit(tx, entries),
  });
  return Object.assign(<T>(work: (scope: Scope) => Promise<T>) => inTenant(pool, context, (tx) => work(scopeOn(tx))), {
    tenantId,
    actor,
    reading: <T>(work: (scope: Scope) => Promise<T>) =>
      inTenant(pool, context, (tx) => work(scopeOn(tx)), { isolation: "repeatable read" }),
  });
}

/** @throws Problem `permission-missing` */
export function demand(scope: { readonly actor: Actor }, permission: Permission): void {
  if (!scope.actor.permissions.has(permission)) {
    throw new Problem("permission-missing", { detail: `This needs the permission ${permission}.` });
  }
}

async function appendFacts(tx: TenantTx, facts: readonly Fact[]): Promise<void> {
  if (facts.length === 0) return;
  await query(
    tx,
    `insert into outbox (tenant_id, actor_id, id, name, subject_id, sequence, data)
     select (select app.tenant()), (select app.actor()), f.id, f.name, f.subject_id,
            coalesce((select max(o.sequence) from outbox o
                       where o.tenant_id = (select app.tenant()) and o.subject_id = f.subject_id), 0)
              + row_number() over (partition by f.subject_id order by f.ordinality), f.data
       from unnest(?::uuid[], ?::text[], ?::uuid[], ?::jsonb[]) with ordinality
         as f (id, name, subject_id, data, ordinality)`,
    [
      facts.map(() => newId<"event">()),
      facts.map((fact) => fact.name),
      facts.map((fact) => fact.subjectId),
      facts.map((fact) => JSON.stringify(fact.data)),
    ],
  );
}

async function appendAudit(tx: TenantTx, entries: readonly AuditEntry[]): Promise<void> {
  await insertRows(
    tx,
    "audit_entries",
    entries,
    {
      id: ["uuid", () => newId()],
      action: ["text", (entry) => entry.action],
      subject_id: ["uuid", (entry) => entry.subjectId],
      before_hash: ["text", (entry) => entry.beforeHash],
      after_hash: ["text", (entry) => entry.afterHash],
      bundle_hash: ["text", (entry) => entry.bundleHash],
      reason: ["text", (entry) => entry.reason],
    },
    { constants: { actor_id: "(select app.actor())" } },
  );
}
