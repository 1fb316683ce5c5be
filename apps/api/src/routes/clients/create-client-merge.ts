import { clientMergeInput, clientMergeWire, clientParams } from "@plumbline/contract/client";
import { findClientMerge } from "@plumbline/operations/clients/find-client-merge";
import { mergeClients } from "@plumbline/operations/clients/merge-clients";
import { write } from "../../route.ts";

export const createClientMerge = write({
  path: "/v1/clients/:clientId/merge",
  summary: "Say that a client is another one: all that names it comes to name the other, and it takes nothing more",
  needs: "client.merge",
  params: clientParams,
  body: clientMergeInput,
  answers: { status: 201, body: clientMergeWire },
  keep: "forever",
  problems: ["client-not-found", "client-merged", "client-merge-refused"],
  handle: async ({ scope, params, body: { into, ...said } }) =>
    findClientMerge(scope, {
      clientMergeId: await mergeClients(scope, { mergedId: params.clientId, survivorId: into, ...said }),
    }),
});
