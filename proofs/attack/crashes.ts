import { setTimeout as sleep } from "node:timers/promises";
import { newId } from "@plumbline/platform/new-id";
import type { TestDatabase } from "@plumbline/testing/database";
import type { Firm } from "@plumbline/testing/firm";
import { type CrashProxy, type Failpoint, failpoints, openCrashProxy } from "./crash-proxy.ts";
import { openRealApi, type RealApi } from "./real-api.ts";
import type { Answer, Request } from "./send.ts";
import { keptOf } from "./write-once.ts";

const approver = "manager@firm.example";
const retryEveryMs = 100;
const retriesMax = 100;

type Crash = {
  readonly database: TestDatabase;
  readonly api: RealApi;
  readonly proxy: CrashProxy;
  readonly firm: Firm;
};

/**
 * Ends the process that serves a manager's approval with kill -9 at every step of the write, starts it again and sends
 * the request again. A database that says yes to a commit it never saw is planted and must be caught.
 */
export async function attackCrashes(
  database: TestDatabase,
  firm: Firm,
  { rounds, say }: { readonly rounds: number; readonly say: (line: string) => void },
) {
  const at = new URL(database.appUrl);
  const proxy = await openCrashProxy({ host: at.hostname, port: Number(at.port) });
  at.hostname = "127.0.0.1";
  at.port = String(proxy.port);
  const api = await openRealApi(database, [firm.slug], { appUrl: at.href });
  const crash: Crash = { database, api, proxy, firm };
  try {
    await api.start();
    const invoices = await waiting(crash);
    const found: string[] = [];
    const count = { fired: 0, replayed: 0, afresh: 0 };
    for (let round = 0; round < rounds; round += 1) {
      for (const point of failpoints) {
        const invoice = invoices.shift();
        if (invoice === undefined) throw new Error("there are fewer invoices to approve than failpoints");
        const { faults, replayed } = await crashOnce(crash, invoice, point);
        found.push(...faults.map((fault) => `killed ${point}: ${fault}`));
        count.fired += 1;
        count[replayed ? "replayed" : "afresh"] += 1;
      }
      say(`${count.fired} crashes`);
    }
    const last = invoices.shift();
    const lieWasCaught = last !== undefined && (await believeALie(crash, last));
    return { ...count, found, lieWasCaught };
  } finally {
    await api.close();
    await proxy.close();
  }
}

type Invoice = { readonly id: string; readonly content_hash: string };

async function waiting({ database, firm }: Crash): Promise<Invoice[]> {
  const { rows } = await database.admin.query<Invoice>(
    "select id, content_hash from invoices where tenant_id = $1 and stage = 'validation_pending' order by id",
    [firm.tenantId],
  );
  return rows;
}

const approvalOf = (invoice: Invoice): Request => ({
  method: "post",
  path: `/v1/invoices/${invoice.id}/manager-approval`,
  headers: { "idempotency-key": newId() },
  body: { contentHash: invoice.content_hash },
});

async function crashOnce({ database, api, proxy, firm }: Crash, invoice: Invoice, point: Failpoint) {
  const faults: string[] = [];
  const request = approvalOf(invoice);
  const send = await api.as(firm, approver);
  const answered = await sendUntilHeld(proxy, point, () => send(request));
  await api.kill();
  if ((await answered()) !== undefined) faults.push("was answered all the same");

  await api.start();
  const [again, third] = [await insist(() => send(request)), await insist(() => send(request))];
  if (again.status !== 200) faults.push(`sent again: ${again.status} ${again.body.slice(0, 160)}`);
  const replayed = again.headers["idempotent-replayed"] === "true";
  if (replayed !== (point === failpoints[3]))
    faults.push(replayed ? "was kept although it never committed" : "was not kept although it committed");
  if (keptOf(again) !== keptOf(third)) faults.push("is answered in other bytes the third time");
  const effects = await effectsOn(database, invoice, request);
  if (effects !== "1 1 1 1") faults.push(`left ${effects} approvals, events, entries and keys`);
  return { faults, replayed };
}

/**
 * Sends until the write is held at its failpoint, since a server that has just started may say that it is not ready.
 *
 * @returns what waits for the answer to the request that is held; undefined when none comes
 */
async function sendUntilHeld(
  proxy: CrashProxy,
  point: Failpoint,
  send: () => Promise<Answer>,
): Promise<() => Promise<Answer | undefined>> {
  const reached = proxy.arm(point).then(() => "held" as const);
  for (let tries = 0; tries < retriesMax; tries += 1) {
    const answer = send().catch(() => undefined);
    const first = await Promise.race([reached, answer]);
    if (first === "held") return () => answer;
    if (first !== undefined && first.status !== 503)
      throw new Error(`not held ${point}: ${first.status} ${first.body}`);
    await sleep(retryEveryMs);
  }
  throw new Error(`no write was held ${point}`);
}

/** A connection that died keeps its lock until PostgreSQL notices. */
async function insist(send: () => Promise<Answer>): Promise<Answer> {
  let answer = await send();
  for (let tries = 0; [409, 503].includes(answer.status) && tries < retriesMax; tries += 1) {
    await sleep(retryEveryMs);
    answer = await send();
  }
  return answer;
}

async function effectsOn({ admin }: TestDatabase, { id }: Invoice, { headers }: Request): Promise<string> {
  const { rows } = await admin.query<{ effects: string }>(
    `select concat_ws(' ', (select count(*) from approvals where invoice_id = $1 and step = 'manager'),
       (select count(*) from outbox where subject_id = $1 and name = 'invoice.manager_approved'),
       (select count(*) from audit_entries where subject_id = $1 and action = 'invoice.manager_approved'),
       (select count(*) from idempotency_keys where key = $2)) as effects`,
    [id, headers?.["idempotency-key"]],
  );
  return rows[0]?.effects ?? "";
}

/** The API hears of a commit that never was, and answers; whoever compares the answer with what is there must see it. */
async function believeALie({ database, api, proxy, firm }: Crash, invoice: Invoice): Promise<boolean> {
  const request = approvalOf(invoice);
  const send = await api.as(firm, approver);
  const answered = await sendUntilHeld(proxy, "a commit that is none", () => send(request));
  const answer = await answered();
  await api.kill();
  return answer?.status === 200 && (await effectsOn(database, invoice, request)) !== "1 1 1 1";
}
