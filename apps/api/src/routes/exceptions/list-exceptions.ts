import { z } from "zod";
import { exceptionFilter, exceptionWire } from "@plumbline/contract/exception";
import { pageOf } from "@plumbline/contract/page";
import { listExceptions as exceptionsOf } from "@plumbline/operations/exceptions/list-exceptions";
import { read } from "../../route.ts";

export const listExceptions = read({
  path: "/v1/exceptions",
  summary: "List what needs somebody's attention, newest first",
  needs: "invoice.read",
  query: z.strictObject(exceptionFilter),
  answers: pageOf(exceptionWire),
  problems: [],
  handle: async ({ scope, query }) => exceptionsOf(scope, query),
});
