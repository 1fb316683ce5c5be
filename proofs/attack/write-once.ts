import { newId } from "@plumbline/platform/new-id";
import type { TestDatabase } from "@plumbline/testing/database";
import type { Firm } from "@plumbline/testing/firm";
import type { Route } from "../../apps/api/src/route.ts";
import { nameOf, type Named, saidTo, tableOf, toRequest } from "./ask-route.ts";
import { makeReady } from "./make-ready.ts";
import { idLeaves, type Leaf } from "./request-shape.ts";
import type { Answer, Request, Sender } from "./send.ts";
import { readRows } from "./read-rows.ts";

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

/** Whether it was done, and if not, why: what differs from answer to answer is left out. */
const saidBy = ({ status, body }: Answer): string => {
  const { type, detail } = JSON.parse(body) as { type?: string; detail?: string };
  return `${status} ${type ?? ""} ${detail ?? ""}`.trim();
};

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
  const refusals = new Map<string, number>();
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
        for (const one of all) refusals.set(saidBy(one), (refusals.get(saidBy(one)) ?? 0) + 1);
        continue; // What changed nothing proves nothing.
      }
      // What was done to a thing may not be doable to it again: it comes last.
      const same = ({ named }: Doable) => named !== undefined && named.id === doable.named?.id;
      candidates = [...candidates.filter((one) => !same(one)), ...candidates.filter(same)];
      return { ...doable, name, before, answer, all };
    }
    const all = [...refusals].map(([said, times]) => `${times} × ${said}`);
    return `nothing of ours lets it succeed, so nothing is proven: ${all.join("; ")}`;
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
const findNothing: ReadonlySet<string> = new Set([
  "/v1/policy-checks",
  "/v1/quarantine-corrections",
  "/v1/revenue-releases",
]);
