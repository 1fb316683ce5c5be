import { beforeAll, describe, expect, it } from "vitest";
import { permissionsOf, roleNames } from "@plumbline/domain/access/roles";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import type { Route } from "../route.ts";
import { useApi } from "../test-kit.ts";
import { listApiKeys } from "./api-keys/list-api-keys.ts";
import { routes } from "./index.ts";

const nameOf = ({ method, path }: Pick<Route, "method" | "path">) => `${method.toUpperCase()} ${path}`;

const forgetful: Route = { ...listApiKeys, path: "/v1/forgetful", needs: "member" };
/** What can be asked without saying anything. */
const wordless = routes.filter(
  ({ needs, query, body, upload }) =>
    needs !== "anybody" &&
    upload === undefined &&
    query.safeParse({}).success &&
    (body === undefined || body.safeParse({}).success),
);
/** The same with the door open, so that only the operation is left to refuse. */
const unguarded = wordless.map((route): Route => ({ ...route, needs: "member" }));
const openTo = (needs: Route["needs"], all: readonly Route[]) =>
  all.filter((route) => route.needs === needs).map(nameOf);

const api = useApi();
const open = useApi({ database: api.database, routes: [...unguarded, forgetful] });

let firm: Firm;
beforeAll(async () => {
  const people = roleNames.map((role) => ({ email: `${role}@firm.example`, name: role, roles: [role] }));
  firm = await newFirm(api.database.current.pool, { folder: { people } });
});

/** Parts of paths that are words; all others are identifiers, of nothing. */
const segments: Readonly<Record<string, string>> = { format: "pdf" };

/** Asks for everything as everybody, with input that leads nowhere; what comes back is only who was refused. */
async function refusals(of: typeof api, all: readonly Route[]): Promise<string[]> {
  const refused: string[] = [];
  for (const route of all) {
    const path = route.path.replace(/:(\w+)/g, (_part, name: string) => segments[name] ?? newId());
    for (const role of roleNames) {
      const answer = await of.as(firm, role).raw(route.method, path).set("idempotency-key", newId());
      if (answer.body.type === "/problems/permission-missing") refused.push(`${role} ${nameOf(route)}`);
      else if (answer.status === 401 || answer.status >= 500) throw new Error(`${nameOf(route)}: ${answer.text}`);
    }
  }
  return refused;
}

const policy = (all: readonly Route[]): string[] =>
  all.flatMap((route) =>
    roleNames
      .filter(
        (role) => route.needs !== "anybody" && route.needs !== "member" && !permissionsOf([role]).has(route.needs),
      )
      .map((role) => `${role} ${nameOf(route)}`),
  );

describe("every route, asked as every role", () => {
  it("refuses exactly those whose role lacks its permission", { timeout: 120_000 }, async () => {
    const refused = await refusals(api, routes);
    expect(refused).toEqual(policy(routes));
    expect(refused.length).toBeGreaterThan(routes.length);
  });

  it(
    "is refused by the operation as well, so that a route which forgets to ask is noticed",
    { timeout: 120_000 },
    async () => {
      expect(await refusals(open, unguarded)).toEqual(policy(wordless));
      expect(await refusals(open, [forgetful])).not.toEqual(policy([forgetful]));
    },
  );

  it("asks no permission of members here, and of anybody there, and nowhere else", () => {
    expect(openTo("member", routes)).toEqual(["GET /v1/session", "GET /v1/tenants"]);
    expect(openTo("anybody", routes)).toEqual(["GET /v1/brand"]);
    expect(openTo("member", [...routes, forgetful])).toContain("GET /v1/forgetful");
  });
});
