import { newId } from "@plumbline/platform/new-id";
import { openTestDatabase } from "@plumbline/testing/database";
import { startTestServer } from "@plumbline/testing/test-server";
import type { Route } from "../../apps/api/src/route.ts";
import { routes } from "../../apps/api/src/routes/index.ts";
import { defineProof } from "../proof.ts";
import { attackCrashes } from "./crashes.ts";
import { attackKeys } from "./many-keys.ts";
import type { Sender } from "./send.ts";
import { serveApi } from "./serve-api.ts";
import { everybody, openThreeFirms, others, type ThreeFirms } from "./three-firms.ts";
import { attackWrite } from "./write-once.ts";

const size = { perStage: 14, concurrent: 100, keys: 200, rounds: 3 };
const sizeShort = { perStage: 5, concurrent: 10, keys: 5, rounds: 1 };

/** Writes are read from the list. A server that passes over keys and a database that lies about a commit are planted. */
export const proof = defineProof({
  promise:
    "every write is done once per key and answered in the same bytes ever after: asked again, asked by a hundred at once, and after a kill -9 at every step of it",
  run: async ({ short, say }) => {
    const { server, stop } = await startTestServer({ durable: true });
    const database = await openTestDatabase(server);
    const api = await serveApi(database, routes);
    try {
      const { perStage, concurrent, keys, rounds } = short ? sizeShort : size;
      const firms = await openThreeFirms(database, api.storage, { perStage });
      const writes = routes.filter(({ method }) => method === "post");
      const people = (firm: ThreeFirms["ours"]) => [everybody, ...others].map((email) => api.as(firm, email));
      const context = {
        database,
        ours: firms.ours,
        theirs: firms.sibling,
        concurrent,
      };
      const crashes = await attackCrashes(database, firms.stranger, { rounds, say });
      const found: string[] = [...crashes.found];
      for (const route of writes) {
        const faults = await attackWrite(route, { ...context, people });
        found.push(...faults.map((fault) => `${route.path}: ${fault}`));
      }
      say(`${writes.length} writes`);
      const [send] = people(firms.ours) as [Sender];
      found.push(...(await attackKeys(database, { firm: firms.ours, send, keys, concurrent })));
      say(`${keys} keys`);
      const planted = await attackWrite(writes.find(({ path }) => path === "/v1/time-approvals") as Route, {
        ...context,
        people: (firm) => people(firm).map(keyless),
      });
      return {
        ok: found.length === 0 && planted.length > 0 && crashes.lieWasCaught && crashes.fired > 0,
        figures: {
          writes: writes.length,
          concurrent,
          keys,
          crashes: crashes.fired,
          replayedAfterCrash: crashes.replayed,
          doneAfreshAfterCrash: crashes.afresh,
          found,
          plantedAndCaught: { "keys passed over": planted.length > 0, "a commit that was none": crashes.lieWasCaught },
        },
      };
    } finally {
      await api.close();
      await database.close();
      await stop();
    }
  },
});

/** As if the server took no notice of keys. */
const keyless =
  (send: Sender): Sender =>
  (request) =>
    send({ ...request, headers: { ...request.headers, "idempotency-key": newId() } });
