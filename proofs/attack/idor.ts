import { newId } from "@plumbline/platform/new-id";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import type { Firm } from "@plumbline/testing/firm";
import { startTestServer } from "@plumbline/testing/test-server";
import type { Route } from "../../apps/api/src/route.ts";
import { routes } from "../../apps/api/src/routes/index.ts";
import { defineProof } from "../proof.ts";
import { type Asked, nameOf, type Named, requestTo, tableOf } from "./ask-route.ts";
import { listsHoldOwnRows } from "./lists.ts";
import { plantedRoutes } from "./planted-routes.ts";
import { idLeaves, type Leaf } from "./request-shape.ts";
import { difference, lineOf } from "./same-answer.ts";
import type { Answer } from "./send.ts";
import { type ServedApi, serveApi } from "./serve-api.ts";
import { readRows, type Rows } from "./read-rows.ts";
import { everybody, openThreeFirms, type ThreeFirms } from "./three-firms.ts";
import { traceOfTenants } from "./traces.ts";

/** Rows of each other firm that are tried in each place: for invoices, one of each stage. */
const triedMax = 6;
const triedMaxShort = 3;
/** What one place decides is nothing to ask the next about: each takes another. */
const decidedOnce = ["bank_entries", "chargebacks", "disputes", "withholding_certificates", "change_orders"];

/**
 * Routes and their shapes are read from the list, so that a new one is attacked by being there, and a place that names a
 * thing nobody here can find is red. Routes that give others' rows away are planted and must be caught.
 */
export const proof = defineProof({
  promise:
    "at every route and in every place that takes an id, another firm's is answered like one that names nothing: same status, headers and bytes, and nothing of another firm is shown or touched",
  run: async ({ short, say }) => {
    const { server, stop } = await startTestServer();
    const database = await openTestDatabase(server);
    const api = await serveApi(database, routes);
    const hurried = plantedRoutes(database.admin);
    const leaky = await serveApi(database, hurried);
    try {
      const firms = await openThreeFirms(database, api.storage);
      const tried = short ? triedMaxShort : triedMax;
      const { found, ...figures } = await attackRoutes(routes, { database, api, firms, tried });
      say(`${figures.routes} routes, ${figures.requests} requests`);
      const planted = await attackRoutes(hurried, { database, api: leaky, firms, tried });
      const missed = hurried.filter(({ path }) => !planted.found.some((finding) => finding.includes(path)));
      return {
        ok: found.length === 0 && missed.length === 0 && figures.places > 0,
        figures: {
          ...figures,
          found,
          plantedAndCaught: hurried.length - missed.length,
          plantedAndMissed: missed.map(({ path }) => path),
        },
      };
    } finally {
      await Promise.all([api.close(), leaky.close()]);
      await database.close();
      await stop();
    }
  },
});

async function attackRoutes(
  attacked: readonly Route[],
  context: {
    readonly database: TestDatabase;
    readonly api: ServedApi;
    readonly firms: ThreeFirms;
    readonly tried: number;
  },
) {
  const { database, api, firms, tried } = context;
  const rows = await readRows(database);
  const others = [firms.sibling.tenantId, firms.stranger.tenantId];
  const foreign = rows.idsOf(others);
  const found: string[] = [];
  let requests = 0;
  const attacker = api.as(firms.ours, everybody);
  const ask: Asked = async (where, request, probed) => {
    requests += 1;
    const answer = await attacker(request);
    const shown = idsIn(answer).filter((id) => foreign.has(id) && id !== probed);
    if (shown.length > 0) found.push(`${where} shows ${shown.length} ids of others`);
    if (answer.status >= 500) found.push(`${where} fails with ${answer.status}: ${answer.body}`);
    return answer;
  };
  const before = await traceOfTenants(database.admin, others);
  let places = 0;
  const taken = new Map<string, number>();
  for (const route of attacked) {
    for (const leaf of idLeaves(route)) {
      places += 1;
      const where = `${route.method} ${route.path} ${leaf.place}.${leaf.path.join(".")}`;
      found.push(...(await probe(route, leaf, { where, firms, rows, ask, tried, taken })));
    }
  }
  const lists = await listsHoldOwnRows(attacked, { api, firms, ask });
  found.push(...lists.found);
  if (before !== (await traceOfTenants(database.admin, others))) found.push("rows of others were touched");
  return { routes: attacked.length, places, lists: lists.lists, requests, found: [...new Set(found)] };
}

/** One place of one route: what names nothing first, then what others have, then what is ours, which must make a difference. */
async function probe(
  route: Route,
  leaf: Leaf,
  context: {
    readonly where: string;
    readonly firms: ThreeFirms;
    readonly rows: Rows;
    readonly ask: Asked;
    readonly tried: number;
    /** How many things that are decided once were taken of each table. */
    readonly taken: Map<string, number>;
  },
): Promise<string[]> {
  const { where, firms, rows, ask, tried, taken } = context;
  const table = tableOf(nameOf(leaf.path));
  if (!rows.has(table)) return [`${where}: there is no table ${table}; ask-route.ts must say what it names`];
  const here = new Map<string, number>();
  const own = (of: string): Named | undefined => {
    const ours = rows.of(of, firms.ours.tenantId);
    if (!decidedOnce.includes(of)) return ours[0];
    if (!here.has(of)) here.set(of, taken.get(of) ?? 0);
    const index = here.get(of) ?? 0;
    taken.set(of, Math.max(taken.get(of) ?? 0, index + 1));
    return ours.at(-1 - (index % ours.length));
  };
  const said = async (named: Named) =>
    lineOf(await ask(where, requestTo(route, own, { leaf, named }), named.id), named.id);
  const found: string[] = [];
  const nothing = await said({ ...own(table), id: newId() });
  for (const [whose, firm] of Object.entries({ sibling: firms.sibling, stranger: firms.stranger } as Record<
    string,
    Firm
  >)) {
    const theirs = rows.of(table, firm.tenantId).slice(0, tried);
    if (theirs.length === 0) found.push(`${where}: there is no ${table} of the ${whose} to try`);
    for (const named of theirs) {
      const answer = await said(named);
      if (answer !== nothing) found.push(`${where}: ${difference(answer, nothing)} (${whose})`);
    }
  }
  for (const named of rows.of(table, firms.ours.tenantId)) {
    if ((await said(named)) !== nothing) return found;
  }
  return [...found, `${where}: ours is answered like nothing, so nothing is proven: ${nothing.split("\n")[0]}`];
}

const idsIn = ({ body }: Answer): string[] => [...new Set(body.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g))];
