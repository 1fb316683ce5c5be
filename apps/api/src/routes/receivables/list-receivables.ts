import { z } from "zod";
import { pageOf } from "@plumbline/contract/page";
import { clientReceivable, receivableFilter } from "@plumbline/contract/receivable";
import { listReceivables as receivablesOf } from "@plumbline/operations/receivables/list-receivables";
import { read } from "../../route.ts";

export const listReceivables = read({
  path: "/v1/receivables",
  summary: "List what clients owe on a day, per currency, by how long it has been due",
  needs: "receivable.read",
  query: z.strictObject(receivableFilter),
  answers: pageOf(clientReceivable),
  problems: [],
  handle: async ({ scope, query }) => receivablesOf(scope, query),
});
