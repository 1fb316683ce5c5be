import { z } from "zod";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { startTestServer } from "@plumbline/testing/test-server";
import { type Route, write } from "../../apps/api/src/route.ts";
import { routes } from "../../apps/api/src/routes/index.ts";
import { defineProof } from "../proof.ts";
import { type Own, saidTo, toRequest } from "./ask-route.ts";
import {
  fieldName,
  fixedStrangers,
  jsonWith,
  membersTwice,
  objectsIn,
  unreadableBodies,
  wrongMembers,
} from "./hostile-bodies.ts";
import { type Place, places, schemaOf } from "./request-shape.ts";
import type { Answer, Sender } from "./send.ts";
import { serveApi } from "./serve-api.ts";
import { readRows } from "./read-rows.ts";
import { everybody, openThreeFirms } from "./three-firms.ts";
import { traceOfTenants } from "./traces.ts";

/**
 * Routes, shapes and columns are read from the lists, so that a new one is attacked by being there. Routes with a loose
 * body, a loose part of one and loose query are planted and must be caught.
 */
export const proof = defineProof({
  promise:
    "at every route every member that no shape knows is refused with 422 and by its name, what cannot be meant is refused, nothing breaks, and what was refused changed nothing",
  run: async ({ short, say }) => {
    const { server, stop } = await startTestServer();
    const database = await openTestDatabase(server);
    const [api, loose] = [await serveApi(database, routes), await serveApi(database, looseRoutes)];
    try {
      const { ours } = await openThreeFirms(database, api.storage);
      const rows = await readRows(database);
      const own: Own = (table) => rows.of(table, ours.tenantId)[0];
      const strangers = [...new Set([...fixedStrangers, ...(await columnsOf(database))])];
      const trace = () => traceOfTenants(database.admin, [ours.tenantId]);
      const attack = (attacked: readonly Route[], send: Sender) =>
        attackRoutes(attacked, { send, own, strangers, trace, every: short ? everyShort : 1 });
      const { found, ...figures } = await attack(routes, api.as(ours, everybody));
      say(`${figures.routes} routes, ${figures.requests} requests`);
      const planted = await attack(looseRoutes, loose.as(ours, everybody));
      const missed = looseRoutes.filter(({ path }) => !planted.found.some((finding) => finding.includes(path)));
      return {
        ok: found.length === 0 && missed.length === 0 && figures.objects > 0,
        figures: {
          ...figures,
          strangers: strangers.length,
          found,
          bugs: api.bugs.slice(0, 3),
          plantedAndCaught: looseRoutes.length - missed.length,
          plantedAndMissed: missed.map(({ path }) => path),
        },
      };
    } finally {
      await Promise.all([api.close(), loose.close()]);
      await database.close();
      await stop();
    }
  },
});

const everyShort = 4;

type Attack = {
  readonly send: Sender;
  readonly own: Own;
  readonly strangers: readonly string[];
  readonly trace: () => Promise<string>;
  /** Sends one in so many of the wrong values, turning through all of them. */
  readonly every: number;
};

async function attackRoutes(attacked: readonly Route[], attack: Attack) {
  const found: string[] = [];
  let [requests, objects, turn] = [0, 0, 0];
  const send: Sender = (request) => {
    requests += 1;
    return attack.send(request);
  };
  for (const route of attacked) {
    const where = `${route.method} ${route.path}`;
    const said = saidTo(route, attack.own, { all: "everything" });
    const unfit = places.filter((place) => route[place]?.safeParse(said[place]).success === false);
    if (unfit.length > 0) {
      found.push(`${where}: the ${unfit.join(" and ")} cannot be filled, so nothing is proven`);
      continue;
    }
    const before = await attack.trace();
    for (const place of ["query", "body"] as const) {
      const known =
        place === "body" && route.upload !== undefined
          ? []
          : await strangersAt(route, place, said, { ...attack, send });
      objects += known.length;
      found.push(...known.flat().map((fault) => `${where}: ${fault}`));
    }
    if (route.body !== undefined) {
      for (const { name, body, headers = {} } of unreadableBodies) {
        const answer = await send({ ...toRequest(route, said), body, headers });
        if (!isRefusal(answer)) found.push(`${where}: ${name} is answered with ${answer.status}`);
      }
      const twice = membersTwice(schemaOf(route, "body") ?? {}, said.body);
      for (const { path, text, parsed } of [...twice, ...wrongMembers(said.body)]) {
        turn += 1;
        if (turn % attack.every !== 0 || route.body.safeParse(parsed).success) continue;
        const answer = await send({ ...toRequest(route, said), body: text });
        if (answer.status !== 422) found.push(`${where}: ${path.join(".")} in ${text.slice(0, 80)}: ${answer.status}`);
      }
    }
    if ((await attack.trace()) !== before) found.push(`${where}: what was refused changed something`);
    found.push(...(await acceptable(route, said, { ...attack, send })).map((fault) => `${where}: ${fault}`));
  }
  return { routes: attacked.length, objects, requests, found: [...new Set(found)] };
}

/** For each object of a place: the faults found in how it treats members it does not know. */
async function strangersAt(
  route: Route,
  place: Exclude<Place, "params">,
  said: ReturnType<typeof saidTo>,
  { send, strangers }: Attack,
): Promise<string[][]> {
  const schema = schemaOf(route, place);
  if (schema === undefined) return [];
  const answered = place === "body" ? membersOf(route) : [];
  return Promise.all(
    objectsIn(schema, said[place] ?? {}).map(async ({ path, known }) => {
      const unknown = [...new Set([...strangers, ...answered])].filter((name) => !known.includes(name));
      const request = (members: readonly string[]) => {
        const plain = toRequest(route, said);
        if (place === "body") return { ...plain, body: jsonWith(said.body, path, members) };
        const search = new URLSearchParams(members.map((name): [string, string] => [name, "planted"])).toString();
        return { ...plain, path: `${plain.path}${plain.path.includes("?") ? "&" : "?"}${search}` };
      };
      const faults = missing(await send(request(unknown)), { place, path, members: unknown }, "all at once");
      for (const name of fixedStrangers.filter((one) => !known.includes(one))) {
        faults.push(...missing(await send(request([name])), { place, path, members: [name] }, "alone"));
      }
      return faults;
    }),
  );
}

/** What an answer to strange members does not say although it must. */
function missing(
  answer: Answer,
  { place, path, members }: { place: Place; path: readonly (string | number)[]; members: readonly string[] },
  how: string,
): string[] {
  if (answer.status !== 422)
    return [`${place} ${fieldName(path, members.slice(0, 3).join())} ${how}: ${answer.status}`];
  const { errors = [] } = JSON.parse(answer.body) as { errors?: { in: string; field: string }[] };
  const named = new Set(errors.filter((error) => error.in === place).map(({ field }) => field));
  return members
    .filter((name) => !named.has(fieldName(path, name)))
    .map((name) => `${place} ${fieldName(path, name)} ${how}: not named`);
}

/** What the shape takes and nobody would send: no answer may be a failure of ours. */
async function acceptable(route: Route, said: ReturnType<typeof saidTo>, { send, every }: Attack): Promise<string[]> {
  if (route.body === undefined) return [];
  const found: string[] = [];
  for (const [turn, { path, text, parsed }] of wrongMembers(said.body).entries()) {
    if (turn % every !== 0 || !route.body.safeParse(parsed).success) continue;
    const answer = await send({ ...toRequest(route, said), body: text });
    if (answer.status >= 500) found.push(`${path.join(".")} in ${text.slice(0, 80)}: ${answer.status}`);
  }
  return found;
}

const isRefusal = ({ status }: Answer) => [400, 413, 415, 422].includes(status);

/** Names of the members an answer has, nested ones too. */
function membersOf(route: Route): string[] {
  if (route.answers.kind === "file") return [];
  const schema = JSON.stringify(z.toJSONSchema(route.answers.body, { io: "output", unrepresentable: "any" }));
  return [...schema.matchAll(/"properties":\{"(\w+)"|,"(\w+)":\{(?:"|\})/g)].flatMap(
    ([, first, next]) => first ?? next ?? [],
  );
}

/** Every column of every table, as the database and as a caller would write it. */
async function columnsOf({ admin }: TestDatabase): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    "select distinct attname::text as name from pg_attribute where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')) and attnum > 0 and not attisdropped",
  );
  return rows.flatMap(({ name }) => [name, name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())]);
}

const answers = { status: 200, body: z.strictObject({ done: z.boolean() }) } as const;
const done = async () => ({ done: true });
const common = { needs: "member", problems: [], answers, handle: done } as const;
/** Shapes that take more than they know. */
const looseRoutes: readonly Route[] = [
  write({ ...common, path: "/v1/planted/loose", summary: "Takes anything", body: z.looseObject({ name: z.string() }) }),
  write({
    ...common,
    path: "/v1/planted/stripped",
    summary: "Passes over anything",
    body: z.object({ name: z.string() }),
  }),
  write({
    ...common,
    path: "/v1/planted/within",
    summary: "Takes anything further in",
    body: z.strictObject({ items: z.array(z.object({ name: z.string() })).min(1) }),
  }),
  write({ ...common, path: "/v1/planted/query", summary: "Takes anything in the query", query: z.object({}) }),
];
