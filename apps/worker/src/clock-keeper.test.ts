import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { openRelayPool, type RelayPool } from "@plumbline/platform/relay-pool";
import type { Firm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { letWait, waitingFirm } from "@plumbline/testing/waiting-firm";
import { keepOnce } from "./clock-keeper.ts";
import { recordingLog } from "./test-kit.ts";

const database = useTestDatabase();
let relay: RelayPool;
beforeAll(() => {
  relay = openRelayPool(database.current.relayUrl, { connectionsMax: 4 });
});
afterAll(() => relay.close());

const deps = () => ({ pool: database.current.pool, relay, log: recordingLog().log });
const waiting = (clients = 1) => waitingFirm(database.current.pool, { clients });

async function keepAll(): Promise<void> {
  while ((await keepOnce(deps())) > 0);
}

async function steps({ tenantId }: Firm): Promise<readonly string[]> {
  const { rows } = await database.current.admin.query<{ step: string }>(
    `select s.does || ' ' || s.to_owner || ' at ' || s.percent as step
       from clock_steps s join clocks c on c.tenant_id = s.tenant_id and c.id = s.clock_id
      where s.tenant_id = $1 and c.wait = 'draft.submission' order by s.clock_id, s.ordinal`,
    [tenantId],
  );
  return rows.map(({ step }) => step);
}

const everyStep = [
  "remind billing_coordinator at 50",
  "escalate project_manager at 100",
  "escalate practice_lead at 150",
];

describe("a keeper of clocks", () => {
  it("takes each step when it is due, and states it once", async () => {
    const { firm } = await waiting();
    const { admin } = database.current;
    await keepAll();
    expect(await steps(firm)).toEqual([]);
    await letWait(admin, firm, "4 hours 1 second");
    await keepAll();
    await keepAll();
    expect(await steps(firm)).toEqual(everyStep.slice(0, 1));
    const { rows: events } = await admin.query(
      "select name, data ->> 'from' as was, data ->> 'to' as to from outbox where tenant_id = $1 and name like 'clock.%' and data ->> 'wait' = 'draft.submission'",
      [firm.tenantId],
    );
    expect(events).toEqual([{ name: "clock.reminded", was: "billing_coordinator", to: "billing_coordinator" }]);
    const { rows: audit } = await admin.query(
      "select a.action from audit_entries a join clocks c on c.id = a.subject_id where a.tenant_id = $1 and c.wait = 'draft.submission'",
      [firm.tenantId],
    );
    expect(audit).toEqual([{ action: "clock.reminded" }]);
  });

  it("does after hours of downtime what was missed, once, in order, and says how late it is", async () => {
    const { firm } = await waiting();
    await letWait(database.current.admin, firm, "20 hours");
    await keepAll();
    await keepAll();
    expect(await steps(firm)).toEqual(everyStep);
    const { rows } = await database.current.admin.query(
      `select round(extract(epoch from s.taken_at - s.due_at) / 3600)::int as "hoursLate", (o.data ->> 'lateSeconds')::int / 3600 as told
         from clock_steps s join clocks c on c.tenant_id = s.tenant_id and c.id = s.clock_id and c.wait = 'draft.submission'
         join outbox o on o.tenant_id = s.tenant_id and o.subject_id = s.clock_id and o.sequence = s.ordinal + 1
        where s.tenant_id = $1 order by s.ordinal`,
      [firm.tenantId],
    );
    expect(rows).toEqual([
      { hoursLate: 16, told: 16 },
      { hoursLate: 12, told: 12 },
      { hoursLate: 8, told: 8 },
    ]);
  });

  it("asks for nothing that was done meanwhile, and records that it was late", async () => {
    const { firm, ids } = await waiting();
    await letWait(database.current.admin, firm, "20 hours");
    const coordinator = await firm.as("coordinator");
    await coordinator((scope) => submitInvoices(scope, { invoiceIds: ids }));
    await keepAll();
    expect(await steps(firm)).toEqual([]);
    const { rows } = await database.current.admin.query(
      `select round(extract(epoch from stopped_at - due_at) / 3600)::int as late, next_at from clocks
        where tenant_id = $1 and wait = 'draft.submission'`,
      [firm.tenantId],
    );
    expect(rows).toEqual([{ late: 12, next_at: null }]);
  });

  it("shares clocks with other keepers, each step of each once", async () => {
    const { firm } = await waiting(60);
    await letWait(database.current.admin, firm, "20 hours");
    await Promise.all([keepAll(), keepAll(), keepAll()]);
    expect(await steps(firm)).toEqual(Array.from({ length: 60 }, () => everyStep).flat());
  });

  it("leaves everything to another when it is killed between claim and commit", async () => {
    const { firm } = await waiting();
    await letWait(database.current.admin, firm, "20 hours");
    const child = spawn(process.execPath, ["--input-type=module", "--eval", keepAndHang], {
      cwd: import.meta.dirname,
      env: { ...process.env, ...settingsFor(firm) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await keepOnce(deps());
    expect(await steps(firm)).toEqual([]);
    child.kill("SIGKILL");
    await once(child, "exit");
    while ((await steps(firm)).length === 0) {
      await sleep(20);
      await keepOnce(deps());
    }
    await keepAll();
    expect(await steps(firm)).toEqual(everyStep);
  });

  it.each([
    ["ahead", 10, "3 hours 55 minutes", 0],
    ["behind", -10, "4 hours 5 minutes", 1],
  ])("goes by the time of the database when its own clock is %s", async (_, minutes, waited, taken) => {
    const { firm } = await waiting();
    await letWait(database.current.admin, firm, waited);
    vi.useFakeTimers({ now: Date.now() + minutes * 60_000, toFake: ["Date"] });
    try {
      await keepAll();
    } finally {
      vi.useRealTimers();
    }
    expect(await steps(firm)).toHaveLength(taken);
  });
});

/** Looks after the firm's clocks in a transaction that never ends. */
const keepAndHang = `
  import { keepClocks } from "@plumbline/operations/clocks/keep-clocks";
  import { enterTenantById } from "@plumbline/operations/tenants/enter-tenant";
  import { openTenantPool } from "@plumbline/platform/tenancy";
  const { APP_URL, KEY_ID, KEY_SECRET, TENANT } = process.env;
  const key = { id: Number(KEY_ID), secret: Buffer.from(KEY_SECRET, "hex") };
  const pool = openTenantPool(APP_URL, key, { connectionsMax: 1 });
  const inScope = await enterTenantById(pool, TENANT, { kind: "system", name: "clock-keeper" });
  await inScope(async (scope) => {
    console.log(await keepClocks(scope));
    await new Promise(() => setInterval(() => {}, 1_000));
  });
`;

const settingsFor = ({ tenantId }: Firm) => ({
  APP_URL: database.current.appUrl,
  KEY_ID: String(database.current.contextKey.id),
  KEY_SECRET: database.current.contextKey.secret.toString("hex"),
  TENANT: tenantId,
});
