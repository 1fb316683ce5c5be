import { newId } from "@plumbline/platform/new-id";
import { type Context, inTenant, type TenantPool, type TenantTx } from "@plumbline/platform/tenancy";
import { newFirm } from "./firm.ts";

const people = ["coordinator", "manager", "otherManager", "finance", "controller"] as const;
const systems = ["billing-runner", "invoice-issuer"] as const;
export type Who = (typeof people)[number] | (typeof systems)[number];

/** One firm with what an invoice needs, written and asked with raw SQL in the runtime role. */
export type Ledger = {
  readonly ids: Record<
    | "entity"
    | "client"
    | "profile"
    | "engagement"
    | "project"
    | "worker"
    | "card"
    | "rate"
    | "bundle"
    | "run"
    | "series",
    string
  >;
  readonly actorOf: (who: Who) => string;
  /** One transaction of that person or system actor. */
  readonly as: <T>(who: Who, work: (tx: TenantTx) => Promise<T>) => Promise<T>;
  /** One statement in a transaction of its own; `:name` marks a value. */
  readonly run: (who: Who, sql: string, values?: Readonly<Record<string, unknown>>) => Promise<Row[]>;
};

// What a column holds is known to the test that asks for it.
// oxlint-disable-next-line typescript/no-explicit-any
type Row = Record<string, any>;

export async function openLedger(pool: TenantPool): Promise<Ledger> {
  const firm = await newFirm(pool);
  const contexts = new Map<Who, Context>();
  for (const who of [...people, ...systems]) {
    contexts.set(who, { tenantId: firm.tenantId, actorId: (await firm.as(who)).actor.id });
  }
  const as: Ledger["as"] = (who, work) => inTenant(pool, contexts.get(who) as Context, work);
  const run: Ledger["run"] = (who, sql, values = {}) => as(who, (tx) => say(tx, sql, values));
  const names = [
    "client",
    "profile",
    "engagement",
    "project",
    "worker",
    "card",
    "rate",
    "bundle",
    "run",
    "series",
  ] as const;
  const [entity] = await run("coordinator", "select id from legal_entities");
  const ids = {
    entity: entity?.["id"] as string,
    ...Object.fromEntries(names.map((name) => [name, newId()])),
  } as Ledger["ids"];
  await as("billing-runner", async (tx) => {
    for (const sql of foundation) await say(tx, sql, { ...ids, hash: `hash-${ids.bundle}` });
  });
  return { ids, as, run, actorOf: (who) => (contexts.get(who) as Context).actorId };
}

// prettier-ignore
// oxfmt-ignore
const foundation = [
  "insert into clients (id, name) values (:client, 'Client')",
  "insert into delivery_profiles (id, client_id, name, grouping, language) values (:profile, :client, 'all', 'engagement', 'en')",
  "insert into engagements (id, code, name, legal_entity_id, client_id, payer_id, delivery_profile_id, currency) values (:engagement, 'E', 'E', :entity, :client, :client, :profile, 'EUR')",
  "insert into projects (id, engagement_id, name) values (:project, :engagement, 'P')",
  "insert into workers (id, name) values (:worker, 'W')",
  "insert into rate_cards (id, key, currency) values (:card, 'card', 'EUR')",
  "insert into rates (id, rate_card_id, role, price_minor, effective_from) values (:rate, :card, 'consultant', 10000, '2026-01-01')",
  "insert into policy_bundles (id, hash, packs) values (:bundle, :hash, '[]')",
  "insert into billing_runs (id, period_start, period_end, bundle_hash, state) values (:run, '2026-01-01', '2026-02-01', :hash, 'done')",
  "insert into number_series (id, legal_entity_id, kind, fiscal_year, format) values (:series, :entity, 'invoice', '2026', 'F-{number}')",
];

/** Runs statements in an open transaction; `:name` marks a value. */
export async function say(tx: TenantTx, sql: string, values: Readonly<Record<string, unknown>> = {}): Promise<Row[]> {
  const { rows } = await tx.raw<{ rows: Row[] }>(sql, values as Record<string, string>);
  return rows;
}
