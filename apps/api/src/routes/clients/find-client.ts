import { clientParams, clientWire } from "@plumbline/contract/client";
import { findClient as find } from "@plumbline/operations/clients/list-clients";
import { read } from "../../route.ts";

export const findClient = read({
  path: "/v1/clients/:clientId",
  summary: "Show a client, and which one it is where it was merged",
  needs: "invoice.read",
  params: clientParams,
  answers: clientWire,
  problems: ["client-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
