import { z } from "zod";
import { statementQuery, statementWire } from "@plumbline/contract/receivable";
import { id } from "@plumbline/contract/scalar";
import { findStatement as find } from "@plumbline/operations/receivables/find-statement";
import { read } from "../../route.ts";

export const findStatement = read({
  path: "/v1/clients/:clientId/statement",
  summary: "Show what a client owed before, what was invoiced and paid, and what it owes after",
  needs: "receivable.read",
  params: z.strictObject({ clientId: id<"client">() }),
  query: statementQuery,
  answers: statementWire,
  problems: ["client-not-found"],
  handle: async ({ scope, params, query }) => find(scope, { ...params, ...query }),
});
