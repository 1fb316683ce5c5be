import { expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { newId } from "../new-id.ts";
import { openRelayPool, type RelayPool } from "../relay-pool.ts";
import type { InScope } from "../scope.ts";
import { publishOutbox } from "./publish-outbox.ts";

const database = useTestDatabase();
const routes = [{ event: "time.approved", job: "test-job", lane: "documents" }];

const rounds = 20;
const transactionsAtOnce = 5;
const subjectsPerTransaction = 100;

it("turns 10,000 events into jobs, each once and in order, though commits come in another order than ids", async () => {
  const inScope = await newTenant();
  const batches = Array.from({ length: transactionsAtOnce }, () =>
    Array.from({ length: subjectsPerTransaction }, () => newId()),
  );
  let emitting = true;
  const relays = [1, 2].map(async () => {
    const relay = openRelay();
    while (emitting) await publishOutbox(relay, { routes, eventsMax: 500 });
    await relay.close();
  });
  for (let round = 0; round < rounds; round += 1) await commitInverted(inScope, batches);
  emitting = false;
  await Promise.all(relays);
  // Two relays may each find only what waits for the other, which is why a relay asks again; the last one alone gets all.
  const relay = openRelay();
  while ((await publishOutbox(relay, { routes, eventsMax: 500 })) > 0);
  await relay.close();

  const { rows } = await database.current.admin.query<Record<string, number>>(
    `select count(*)::int as events, count(j.event_id)::int as jobs, count(o.published_at)::int as published,
            count(*) filter (where o.sequence <> j.sequence or o.subject_id <> j.subject_id)::int as wrong
       from outbox o left join jobs j on j.tenant_id = o.tenant_id and j.event_id = o.id where o.tenant_id = $1`,
    [inScope.tenantId],
  );
  const events = rounds * transactionsAtOnce * subjectsPerTransaction;
  expect(rows).toEqual([{ events, jobs: events, published: events, wrong: 0 }]);
  expect(await overtaken(inScope)).toBe(0);
  expect(await committedOutOfOrder(inScope)).toBeGreaterThan(0); // Else this test would prove nothing.
}, 60_000);

it("holds an event back while a relay that may yet fail has its predecessor", async () => {
  const inScope = await newTenant();
  const subject = newId();
  await emit(inScope, [subject, subject, newId()]);
  const { admin } = database.current;
  await admin.query("begin");
  await admin.query("select from outbox where subject_id = $1 and sequence = 1 for update", [subject]);
  const relay = openRelay();
  expect(await publishOutbox(relay, { routes, eventsMax: 100 })).toBe(1);
  await admin.query("rollback");
  expect(await publishOutbox(relay, { routes, eventsMax: 100 })).toBe(2);
  await relay.close();
});

it("gives every tenant its share of a batch, whoever came first", async () => {
  const whale = await newTenant();
  await emit(whale, subjects(1_000));
  const small = await Promise.all([newTenant(), newTenant()]);
  for (const inScope of small) await emit(inScope, subjects(5));
  const relay = openRelay();
  expect(await publishOutbox(relay, { routes, eventsMax: 30 })).toBe(20);
  for (const inScope of small) expect(await jobsOf(inScope)).toBe(5);
  expect(await jobsOf(whale)).toBe(10);
  while ((await publishOutbox(relay, { routes, eventsMax: 500 })) > 0);
  await relay.close();
});

it("publishes a long sequence of one subject in few rounds", async () => {
  const inScope = await newTenant();
  const subject = newId();
  await emit(
    inScope,
    Array.from({ length: 500 }, () => subject),
  );
  const relay = openRelay();
  expect(await publishOutbox(relay, { routes, eventsMax: 500 })).toBe(500);
  await relay.close();
});

const newTenant = async (): Promise<InScope> => (await newFirm(database.current.pool)).as("importer");
const openRelay = (): RelayPool => openRelayPool(database.current.relayUrl, { connectionsMax: 1 });
const subjects = (count: number) => Array.from({ length: count }, () => newId());

const emit = (inScope: InScope, subjectIds: readonly string[]) =>
  inScope((scope) => scope.emit(subjectIds.map((subjectId) => ({ name: "time.approved", subjectId, data: {} }))));

/** One event per subject, a transaction within a transaction: who took its ids first commits last. */
async function commitInverted(inScope: InScope, [batch, ...later]: readonly (readonly string[])[]): Promise<void> {
  if (batch === undefined) return;
  await inScope(async (scope) => {
    await scope.emit(batch.map((subjectId) => ({ name: "time.approved", subjectId, data: {} })));
    await commitInverted(inScope, later);
  });
}

const jobsOf = (inScope: InScope) => count("select count(*)::int as n from jobs where tenant_id = $1", inScope);

/** Events published before their predecessor was. */
const overtaken = (inScope: InScope) =>
  count(
    `select count(*)::int as n from outbox o join outbox p
         on p.tenant_id = o.tenant_id and p.subject_id = o.subject_id and p.sequence = o.sequence - 1
      where o.tenant_id = $1 and o.published_at < p.published_at`,
    inScope,
  );

/** Events published before one with a smaller id. */
const committedOutOfOrder = (inScope: InScope) =>
  count(
    `select count(*)::int as n
       from (select published_at, max(published_at) over (order by id rows unbounded preceding) as newest
               from outbox where tenant_id = $1) o
      where published_at < newest`,
    inScope,
  );

async function count(sql: string, { tenantId }: InScope): Promise<number> {
  const { rows } = await database.current.admin.query<{ n: number }>(sql, [tenantId]);
  return rows[0]?.n ?? 0;
}
