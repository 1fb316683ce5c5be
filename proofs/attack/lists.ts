import type { Route } from "../../apps/api/src/route.ts";
import { type Asked, requestTo } from "./ask-route.ts";
import { schemaOf } from "./request-shape.ts";
import type { Request, Sender } from "./send.ts";
import type { ServedApi } from "./serve-api.ts";
import { everybody, type ThreeFirms } from "./three-firms.ts";

const pagesMax = 50;
const rowsPerPage = 200;

type Page = { readonly items?: readonly unknown[]; readonly next?: string };

/**
 * Reads without an id of their own: every page is looked through by `ask`, also when a header claims another firm, and
 * when the cursor of a page is another firm's.
 */
export async function listsHoldOwnRows(
  routes: readonly Route[],
  { api, firms, ask }: { readonly api: ServedApi; readonly firms: ThreeFirms; readonly ask: Asked },
): Promise<{ readonly lists: number; readonly found: readonly string[] }> {
  const reads = routes.filter((route) => route.method === "get" && !route.path.includes(":"));
  const found: string[] = [];
  for (const route of reads) {
    const where = `${route.method} ${route.path}`;
    const plain = requestTo(route, () => undefined);
    const first = await ask(where, plain);
    if (first.status !== 200) found.push(`${where}: answers ${first.status}: ${first.body}`);
    for (const [name, value] of claims(firms)) {
      const claimed = await ask(`${where} with ${name}`, { ...plain, headers: { [name]: value } });
      if (claimed.body !== first.body) found.push(`${where}: answers otherwise when ${name} is ${value}`);
    }
    if (schemaOf(route, "query")?.properties?.["cursor"] === undefined) continue;
    const ours = await readPages(route, (request) => ask(where, request));
    if (ours === 0) found.push(`${where}: has nothing of ours, so nothing is proven`);
    for (const firm of [firms.sibling, firms.stranger]) {
      const cursor = await firstCursor(route, api.as(firm, everybody));
      if (cursor === undefined) found.push(`${where}: has no second page at another firm, so no cursor to carry over`);
      else await ask(`${where} with a cursor of another firm`, at(route, { limit: `${rowsPerPage}`, cursor }));
    }
  }
  return { lists: reads.length, found };
}

/** What a caller may put into a header to be taken for somebody of another firm. */
const claims = ({ stranger: { slug, tenantId } }: ThreeFirms): [string, string][] => [
  ["x-forwarded-host", `${slug}.plumb.test`],
  ["forwarded", `host=${slug}.plumb.test`],
  ["x-original-host", `${slug}.plumb.test`],
  ["x-host", `${slug}.plumb.test`],
  ["x-tenant-id", tenantId],
  ["x-tenant", slug],
  ["tenant", slug],
  ["x-original-url", `http://${slug}.plumb.test/v1/session`],
  ["cookie", `tenant=${slug}`],
];

/** What the route cannot be asked without, and a place in its list. */
function at(route: Route, place: Readonly<Record<string, string>>): Request {
  const [path = "", asked] = requestTo(route, () => undefined).path.split("?");
  return {
    method: route.method,
    path: `${path}?${new URLSearchParams([...new URLSearchParams(asked), ...Object.entries(place)]).toString()}`,
  };
}

async function readPages(route: Route, send: Sender): Promise<number> {
  let items = 0;
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await send(at(route, { limit: `${rowsPerPage}`, ...(cursor !== undefined && { cursor }) }));
    const { items: rows = [], next } = JSON.parse(answer.body) as Page;
    items += rows.length;
    if (next === undefined) break;
    cursor = next;
  }
  return items;
}

async function firstCursor(route: Route, send: Sender): Promise<string | undefined> {
  const answer = await send(at(route, { limit: "1" }));
  return (JSON.parse(answer.body) as Page).next;
}
