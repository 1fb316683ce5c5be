import { z } from "zod";
import { pageOf } from "@plumbline/contract/page";
import { promiseFilter, promiseWire } from "@plumbline/contract/promise";
import { listPromises as promisesOf } from "@plumbline/operations/collecting/list-promises";
import { read } from "../../route.ts";

export const listPromises = read({
  path: "/v1/promises",
  summary: "List what clients promised to pay and whether they did, newest first",
  needs: "receivable.read",
  query: z.strictObject(promiseFilter),
  answers: pageOf(promiseWire),
  problems: [],
  handle: async ({ scope, query }) => promisesOf(scope, query),
});
