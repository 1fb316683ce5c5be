import { z } from "zod";
import { clientFilter, clientWire } from "@plumbline/contract/client";
import { pageOf } from "@plumbline/contract/page";
import { listClients as clientsOf } from "@plumbline/operations/clients/list-clients";
import { read } from "../../route.ts";

export const listClients = read({
  path: "/v1/clients",
  summary: "List clients by name, with the names and keys under which each is known",
  needs: "invoice.read",
  query: z.strictObject(clientFilter),
  answers: pageOf(clientWire),
  problems: [],
  handle: async ({ scope, query }) => clientsOf(scope, query),
});
