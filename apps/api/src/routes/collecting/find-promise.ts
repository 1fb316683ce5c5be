import { z } from "zod";
import { promiseWire } from "@plumbline/contract/promise";
import { id } from "@plumbline/contract/scalar";
import { findPromise as find } from "@plumbline/operations/collecting/list-promises";
import { read } from "../../route.ts";

export const findPromise = read({
  path: "/v1/promises/:promiseId",
  summary: "Show what a client promised to pay, and whether it did",
  needs: "receivable.read",
  params: z.strictObject({ promiseId: id<"promise">() }),
  answers: promiseWire,
  problems: ["promise-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
