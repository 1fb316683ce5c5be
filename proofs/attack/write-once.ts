import { newId } from "@plumbline/platform/new-id";
import type { TestDatabase } from "@plumbline/testing/database";
import type { Firm } from "@plumbline/testing/firm";
import type { Route } from "../../apps/api/src/route.ts";
import { nextStatementId } from "./bank-statements.ts";
import { examplePaper } from "./certify-tax.ts";
import { exampleCase } from "./chargebacks.ts";
import { nameOf, type Named, saidTo, tableOf, toRequest } from "./ask-route.ts";
import { idLeaves, type Leaf } from "./request-shape.ts";
import type { Answer, Request, Sender } from "./send.ts";
import { readRows } from "./three-firms.ts";

/** A write that can be done, and by whom. */
type Doable = {
  readonly request: Request;
  readonly send: Sender;
  readonly actor: number;
  readonly named?: Named;
};

/** The key it was done under, what there was before, and what those who asked were told. */
type Done = Doable & {
  readonly name: string;
  readonly before: Effects;
  readonly answer: Answer;
  readonly all: readonly Answer[];
};

type Context = {
  readonly database: TestDatabase;
  readonly ours: Firm;
  readonly theirs: Firm;
  /** People of a firm who may do everything. */
  readonly people: (firm: Firm) => readonly Sender[];
  readonly concurrent: number;
};

const key = (value: string) => ({ "idempotency-key": value });
const replayed = ({ headers }: Answer) => headers["idempotent-replayed"] === "true";
const daysOfAMonth = 30;

/**
 * Everything a key promises, at one route: done once, answered in the same bytes ever after, another request under it
 * refused, somebody else's key another key, and remembered for as long as it says.
 *
 * @returns what does not hold
 */
export async function attackWrite(route: Route, context: Context): Promise<string[]> {
  const { database, ours, theirs, people, concurrent } = context;
  const found: string[] = [];
  const next = doableOf(route, context, ours);
  const count = () => effectsOf(database, ours);

  const first = await next(1);
  if (typeof first === "string") return [first];
  const { name } = first;
  const once = difference(first.before, await count());
  if (once["idempotency_keys"] !== 1) found.push(`kept ${once["idempotency_keys"]} answers`);

  const before = await count();
  const unchanged = async (what: string, answer: Answer, status: number) => {
    if (answer.status !== status) found.push(`${what}: ${answer.status} ${answer.body.slice(0, 120)}`);
    if (Object.values(difference(before, await count())).some((more) => more !== 0))
      found.push(`${what}: had an effect`);
  };
  const again = await first.send({ ...first.request, headers: { ...first.request.headers, ...key(name) } });
  await unchanged("again", again, route.answerIsSecret ? 409 : first.answer.status);
  if (!route.answerIsSecret && keptOf(again) !== keptOf(first.answer)) found.push("again: in other bytes");
  if (!route.answerIsSecret && !replayed(again)) found.push("again: not marked as a replay");
  const other = { ...first.request, path: `${first.request.path}${first.request.path.includes("?") ? "&" : "?"}` };
  await unchanged(
    "another request under the key",
    await first.send({ ...other, headers: { ...other.headers, ...key(name) } }),
    422,
  );
  for (const bad of ["", " ", "\u00e9", "x".repeat(256)]) {
    const headers = { ...first.request.headers, ...key(bad) };
    await unchanged(`the key “${bad.slice(0, 3)}”`, await first.send({ ...first.request, headers }), 400);
  }
  found.push(...(await remembered(route, { database, name })));

  const elsewhere = people(ours)[(first.actor + 1) % people(ours).length] as Sender;
  for (const [whose, send] of [
    ["another person's", elsewhere],
    ["another firm's", people(theirs)[0] as Sender],
  ] as const) {
    const kept = (await effectsOf(database, ours, theirs)).idempotency_keys ?? 0;
    const answer = await send({ ...first.request, headers: { ...first.request.headers, ...key(name) } });
    const more = ((await effectsOf(database, ours, theirs)).idempotency_keys ?? 0) - kept;
    if (replayed(answer) || more !== (answer.status < 300 ? 1 : 0)) {
      found.push(`${whose} request under the same key: ${answer.status}, ${more} answers kept`);
    }
  }
  return [...found, ...(await storm({ ...context, next, once, count, concurrent }))];
}

/** Many at once under one key: one effect, and everybody hears the same, or that the first is not over yet. */
async function storm({
  next,
  once,
  count,
  concurrent,
}: Context & {
  readonly next: ReturnType<typeof doableOf>;
  readonly once: Effects;
  readonly count: () => Promise<Effects>;
}): Promise<string[]> {
  const done = await next(concurrent);
  if (typeof done === "string") return [`a storm: ${done}`];
  const found: string[] = [];
  const statuses = new Set(done.all.map(({ status, body }) => `${status}${status < 300 ? "" : typeOf(body)}`));
  const fine = [String(done.answer.status), "409/problems/idempotency-key-in-use", "409/problems/secret-shown-once"];
  const strange = [...statuses].filter((status) => !fine.includes(status));
  if (strange.length > 0) found.push(`a storm: answered with ${strange.join(", ")}`);
  const told = new Set(done.all.filter(({ status }) => status < 300).map(keptOf));
  if (told.size !== 1) found.push(`a storm: ${told.size} different answers`);
  const effects = difference(done.before, await count());
  for (const [table, more] of Object.entries(effects)) {
    if (more !== once[table]) found.push(`a storm: ${more} of ${table} instead of ${once[table]}`);
  }
  return found;
}

const typeOf = (body: string) => (JSON.parse(body) as { type?: string }).type ?? "";

/** How long the answer is kept, and that one which is over is forgotten. */
async function remembered(
  route: Route,
  { database: { admin }, name }: { readonly database: TestDatabase; readonly name: string },
): Promise<string[]> {
  const { rows } = await admin.query<{ days: number | null }>(
    "select (extract(epoch from expires_at - created_at) / 86400)::float as days from idempotency_keys where key = $1",
    [name],
  );
  const days = rows[0]?.days;
  const wanted = route.keep === "forever" ? null : daysOfAMonth;
  return (days === null || days === undefined ? days : Math.round(days)) === wanted
    ? []
    : [`is remembered for ${days} days`];
}

/** What must be the same in every answer to one request. */
export const keptOf = ({ status, headers, body }: Answer): string =>
  [status, headers["content-type"], headers["etag"], headers["location"], body].join("\n");

/** Rows that every effect leaves exactly one of, or as many as its kind does. */
type Effects = Readonly<Record<string, number>>;

async function effectsOf({ admin }: TestDatabase, ...firms: readonly Firm[]): Promise<Effects> {
  const tables = ["audit_entries", "outbox", "idempotency_keys"];
  const { rows } = await admin.query<Effects>(
    `select ${tables.map((table) => `(select count(*)::int from ${table} where tenant_id = any($1)) as ${table}`).join(", ")}`,
    [firms.map(({ tenantId }) => tenantId)],
  );
  return rows[0] ?? {};
}

const difference = (before: Effects, after: Effects): Effects =>
  Object.fromEntries(Object.entries(after).map(([table, count]) => [table, count - (before[table] ?? 0)]));

/** Requests to a route that could succeed, tried one after another until one does; never the same one twice. */
function doableOf(route: Route, { database, people }: Context, firm: Firm) {
  const leaves = idLeaves(route);
  const inPath = leaves.filter(({ place }) => place === "params");
  const leaf = inPath[1] ?? leaves[0];
  const outer = inPath[1] === undefined ? leaves.find((other) => inPath.length === 0 && other !== leaf) : inPath[0];
  let candidates: Doable[] | undefined;
  let last: Answer | undefined;
  return async (times: number): Promise<Done | string> => {
    candidates ??= await candidatesOf();
    for (let next = candidates.shift(); next !== undefined; next = candidates.shift()) {
      const doable = next;
      await makeReady(database.admin, route, doable.named);
      const name = newId();
      const before = await effectsOf(database, firm);
      const headers = { ...doable.request.headers, ...key(name) };
      const all = await Promise.all(Array.from({ length: times }, () => doable.send({ ...doable.request, headers })));
      const answer = all.find(({ status, body }) => status < 300 && !/"status":4\d\d/.test(body));
      const { audit_entries: told } = difference(before, await effectsOf(database, firm));
      if (answer === undefined || (told === 0 && !findNothing.has(route.path))) {
        last = all[0];
        continue; // What changed nothing proves nothing.
      }
      // What was done to a thing may not be doable to it again: it comes last.
      const same = ({ named }: Doable) => named !== undefined && named.id === doable.named?.id;
      candidates = [...candidates.filter((one) => !same(one)), ...candidates.filter(same)];
      return { ...doable, name, before, answer, all };
    }
    return `nothing of ours lets it succeed, so nothing is proven; last: ${last?.status} ${last?.body.slice(0, 300)}`;
  };
  async function candidatesOf(): Promise<Doable[]> {
    const rows = await readRows(database);
    const first = (table: string): Named | undefined => rows.of(table, firm.tenantId)[0];
    const all = (one: Leaf) => rows.of(tableOf(nameOf(one.path)), firm.tenantId);
    const named = leaf === undefined ? Array.from({ length: repeats }, () => undefined) : all(leaf);
    // What is named within or beside something else belongs to one of those, and it is not known to which.
    const within = outer === undefined ? [undefined] : all(outer);
    return named.flatMap((one) =>
      within.flatMap((other) => {
        const own = (table: string) =>
          other !== undefined && outer !== undefined && table === tableOf(nameOf(outer.path)) ? other : first(table);
        const said =
          leaf === undefined || one === undefined ? saidTo(route, own) : saidTo(route, own, { leaf, named: one });
        const request = toRequest(route, said);
        return people(firm).map((send, actor) => ({ request, send, actor, ...(one && { named: one }) }));
      }),
    );
  }
}

const repeats = 3;

/** Writes that have nothing to do in these firms, so that there is nothing in the audit to look for. */
const findNothing: ReadonlySet<string> = new Set(["/v1/quarantine-corrections", "/v1/revenue-releases"]);

/**
 * One run at a time, and none that is over can be stopped; a statement or a certificate is taken in once, a payment taken back
 * once, a case opened once, a month closed once, and a decision withdrawn once: what came before is put out of the way.
 */
const readiness: Readonly<Record<string, string>> = {
  "/v1/bank-statements": `
    with s as (delete from bank_statements where statement_id = '${nextStatementId}' returning tenant_id, id)
    delete from bank_entries b using s where (b.tenant_id, b.bank_statement_id) = (s.tenant_id, s.id)`,
  "/v1/write-downs/:writeDownId/withdrawal":
    "update write_downs set withdrawn_at = null, withdrawn_by = null, withdrawal_reason = null where id = $1",
  "/v1/payments/:paymentId/chargebacks": `
    with c as (delete from chargebacks where case_reference = '${exampleCase}'),
         e as (delete from ledger_entries where fact = 'chargeback_opened' and reason like '${exampleCase}:%' returning tenant_id, id)
    delete from ledger_postings p using e where (p.tenant_id, p.entry_id) = (e.tenant_id, e.id)`,
  "/v1/month-closes": `
    with c as (delete from month_closes where month = '2025-12-01')
    update legal_entities set lock_date = '2001-06-30'`,
  "/v1/month-closes/:monthCloseId/reopening": `
    with others as (delete from month_closes o using month_closes c where c.id = $1 and o.tenant_id = c.tenant_id and o.id <> c.id)
    update month_closes set reopening_asked_by = null, reopening_asked_at = null, reopening_reason = null, reopened_by = null, reopened_at = null
     where id = $1`,
  "/v1/withholding-certificates": `
    with c as (delete from withholding_certificates where number = '${examplePaper}' returning tenant_id, id),
         w as (delete from certified_withholdings w using c where (w.tenant_id, w.certificate_id) = (c.tenant_id, c.id)),
         e as (delete from ledger_entries where fact = 'withholding_certified' and reason like 'Certificate ${examplePaper} %' returning tenant_id, id)
    delete from ledger_postings p using e where (p.tenant_id, p.entry_id) = (e.tenant_id, e.id)`,
  "/v1/bank-entries/:bankEntryId/return": `
    with e as (delete from ledger_entries where fact in ('payment_returned', 'credit_refunded') returning tenant_id, id),
         p as (delete from ledger_postings p using e where (p.tenant_id, p.entry_id) = (e.tenant_id, e.id))
    update bank_entries set state = 'aside', payment_id = null where state = 'returned'`,
  // An invoice is promised once at a time, and a promise withdrawn once.
  "/v1/promises": `
    update promises set withdrawn_on = made_on, withdrawn_reason = 'x', withdrawn_by = recorded_by, withdrawn_at = now()
     where withdrawn_on is null`,
  "/v1/promises/:promiseId/withdrawal": `
    update promises set withdrawn_on = null, withdrawn_reason = null, withdrawn_by = null, withdrawn_at = null where id = $1`,
  // Late for a day, at a rate so low that the compensation alone is owed; and no money of the client waits.
  "/v1/interest-claims/:interestClaimId/charge": `
    with k as (update interest_claims set state = 'proposed', reason = null, entry_id = null, decided_by = null, decided_at = null,
                      from_on = current_date - 9, until_on = current_date - 8, interest_minor = 0, compensation_minor = 4000
                where id = $1 returning tenant_id, invoice_id, client_id),
         i as (update invoices i set issued_on = current_date - 40, due_on = current_date - 10 from k
                where (i.tenant_id, i.id) = (k.tenant_id, k.invoice_id)),
         t as (update collecting_terms set terms = '{"interest": {"rate": {"annualBasisPoints": 1}, "dayCount": "act/365",
                 "from": "day_after", "compensationMinor": "4000"}}'),
         b as (update ledger_entries e set booked_on = current_date - 40 from k
                where (e.tenant_id, e.invoice_id) = (k.tenant_id, k.invoice_id) and e.fact = 'invoice_issued')
    update ledger_postings p set account = 'bank_fees' from k, ledger_entries e
     where (e.tenant_id, e.client_id) = (k.tenant_id, k.client_id) and (p.tenant_id, p.entry_id) = (e.tenant_id, e.id)
       and p.account = 'unapplied_cash'`,
  "/v1/interest-claims/:interestClaimId/waiver": `
    update interest_claims set state = 'proposed', reason = null, entry_id = null, decided_by = null, decided_at = null where id = $1`,
  "/v1/engagements/:engagementId/change-orders": "delete from change_orders where number = '3'",
  "/v1/billing-runs": "update billing_runs set state = 'cancelled' where state in ('queued', 'running')",
  "/v1/billing-runs/:billingRunId/cancellation":
    "update billing_runs set state = case when id = $1 then 'queued' else 'cancelled' end, cancel_requested = false",
};

async function makeReady(admin: TestDatabase["admin"], { path }: Route, named: Named | undefined): Promise<void> {
  const sql = readiness[path];
  if (sql === undefined) return;
  await admin.query("set session_replication_role = replica");
  await admin.query(sql, sql.includes("$1") ? [named?.id] : []);
  await admin.query("reset session_replication_role");
}
