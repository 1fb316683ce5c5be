import type { RequestHandler } from "express";
import { Writable } from "node:stream";
import { listen } from "@plumbline/platform/listen";
import { createLog } from "@plumbline/platform/log";
import { openStorage } from "@plumbline/platform/storage";
import { startTestServer } from "@plumbline/testing/test-server";
import { authenticate } from "../../apps/api/src/edge/authenticate.ts";
import { createLimits } from "../../apps/api/src/edge/limits.ts";
import { createServer } from "../../apps/api/src/server.ts";
import { defineProof } from "../proof.ts";
import { askRaw, type RawAnswer, type RawRequest } from "./ask-raw.ts";
import { type Confused, confusedTokens, type Outcome } from "./confused-tokens.ts";
import { changed, forgeToken, type Json, rsa } from "./forge-token.ts";
import { forgetfulGuards } from "./forgetful-guards.ts";
import { audience, claimsNamespace, domain, openTokenWorld, type TokenWorld } from "./token-world.ts";

const confusedMin = 60;
const shownMax = 20;

/**
 * Shows the API tokens and keys that are almost right, over the wire and as they are. All that are refused for one reason
 * must be answered by the same bytes, so that nothing can be learnt from the difference. It takes seconds, so its short
 * form is the same.
 */
export const proof = defineProof({
  promise: `at least ${confusedMin} confused tokens and keys let nobody in, all are answered alike and name no other firm, and no key is fetched from where a token says`,
  run: async ({ say }) => {
    const { server, stop } = await startTestServer();
    try {
      const world = await openTokenWorld(server);
      try {
        await world.database.admin.query("delete from memberships where key = 'leaver@firm.example'");
        const confused = confusedTokens(world);
        say(`${confused.length} confused tokens and keys`);
        const ours = await attack(world, confused);
        const controls = await letIn(world);
        const planted = await plantDefects(world, confused);
        const keysFetchedElsewhere = world.bait.taken();
        return {
          ok:
            ours.faults.length === 0 &&
            confused.length >= confusedMin &&
            Object.values(controls).every((status) => status === 200) &&
            Object.values(planted).every(Boolean) &&
            keysFetchedElsewhere === 0,
          figures: {
            confused: confused.length,
            ...ours.answers,
            faults: ours.faults.length,
            shown: ours.faults.slice(0, shownMax),
            keysFetchedElsewhere,
            goodOnes: controls,
            plantedAndCaught: planted,
          },
        };
      } finally {
        await world.close();
      }
    } finally {
      await stop();
    }
  },
});

/** Bugs that guards with defects have are no news. */
const silent = createLog({ destination: new Writable({ write: (_chunk, _encoding, done) => done() }) });

const statusOf = { "token-refused": 401, "sign-in-needed": 401, "membership-missing": 403 } as const;

/** Nothing an answer may say: why, in the words of tokens, and who else there is. */
const hints = /expire|signature|audience|issuer|verif|revoke|rotat|algorithm|jwk|kid\b|org_|claim/i;

async function attack(world: TokenWorld, confused: readonly Confused[]) {
  const others = [world.sister, world.foreign].flatMap(({ slug, organization }) => [slug, organization]);
  const faults: string[] = [];
  const answers: Record<string, number> = {};
  const seen = new Map<Outcome, string>();
  await serving(world, real(world), async (port) => {
    for (const { name, outcome, request } of confused) {
      const answer = await askRaw(port, request);
      const words = sameWords(answer);
      const first = seen.get(outcome) ?? words;
      seen.set(outcome, first);
      answers[outcome] = (answers[outcome] ?? 0) + 1;
      if (answer.status !== statusOf[outcome] || !answer.body.includes(`/problems/${outcome}`)) {
        faults.push(`${name}: ${answer.status} ${answer.body.slice(0, 120)}`);
      } else if (words !== first) faults.push(`${name}: answered unlike the others`);
      if (hints.test(words) || others.some((word) => words.includes(word))) faults.push(`${name}: the answer hints`);
    }
  });
  return { faults, answers };
}

/** An answer without what differs each time: its date, its id, and the address that was asked. */
function sameWords({ status, headers, body }: RawAnswer): string {
  const lines = [...headers].filter(([name]) => !["date", "request-id", "content-length"].includes(name));
  const { requestId: _id, instance: _instance, ...document } = JSON.parse(body || "{}") as Json;
  return JSON.stringify([status, lines, document]);
}

async function serving(world: TokenWorld, guard: RequestHandler, work: (port: number) => Promise<void>): Promise<void> {
  const most = 1e9;
  const app = createServer({
    log: silent,
    pool: world.database.pool,
    storage: openStorage("/nowhere"),
    checkDatabase: () => Promise.resolve(),
    domain,
    trustedProxies: "loopback",
    authenticate: guard,
    signIn: { issuerUrl: world.issuer.url, audience, cliClientId: world.issuer.cli.clientId },
    limits: createLimits({ address: most, actor: most, tenant: most, partner: most }, undefined),
  });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  try {
    await work(server.port);
  } finally {
    await server.close();
  }
}

const real = ({ database, issuer }: TokenWorld): RequestHandler =>
  authenticate({
    pool: database.pool,
    log: silent,
    tokens: { issuerUrl: issuer.url, audience, claimsNamespace },
  });

/** Were these refused, refusing everything would pass for safety. */
async function letIn(world: TokenWorld): Promise<Record<string, number>> {
  const { parts, signingKey, good, keys } = world;
  const host = `${world.here.slug}.${domain}`;
  const forge = (claims: Json) => `Bearer ${forgeToken(changed(parts, { claims }), rsa(signingKey))}`;
  const shown: Record<string, string> = {
    "a token": `Bearer ${good.accessToken}`,
    "a token, scheme in other case": `bearer ${good.accessToken}`,
    "a token made here as the issuer makes them": forge({}),
    "a token for two audiences, as Auth0 makes them": forge({ aud: [audience, `${world.issuer.url}userinfo`] }),
    "an e-mail in capitals": forge({ [`${claimsNamespace}email`]: "KIRA@FIRM.EXAMPLE" }),
    "a key": `Bearer ${keys.good}`,
    "a key after its rotation": `Bearer ${keys.fresh}`,
    "a key in its overlap": `Bearer ${keys.overlapping}`,
  };
  const statuses: Record<string, number> = {};
  await serving(world, real(world), async (port) => {
    for (const [name, value] of Object.entries(shown)) {
      const request: RawRequest = { host, headers: [["authorization", value]] };
      statuses[name] = (await askRaw(port, request)).status;
    }
  });
  return statuses;
}

/** Guards with one thing forgotten each: what is made to get past them must get past, or the attack proves nothing. */
async function plantDefects(world: TokenWorld, confused: readonly Confused[]): Promise<Record<string, boolean>> {
  const caught: Record<string, boolean> = {};
  for (const { forgets, letsIn, guard } of forgetfulGuards(world)) {
    const request = confused.find(({ name }) => name === letsIn)?.request;
    if (request === undefined) throw new Error(`nothing is called "${letsIn}"`);
    await serving(world, guard, async (port) => {
      caught[`no look at ${forgets}`] = (await askRaw(port, request)).status === 200;
    });
  }
  return caught;
}
