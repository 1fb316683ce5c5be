import { z } from "zod";
import { hourBucketFilter, hourBucketWire } from "@plumbline/contract/hour-bucket";
import { pageOf } from "@plumbline/contract/page";
import { listHourBuckets as bucketsOf } from "@plumbline/operations/hour-buckets/list-hour-buckets";
import { read } from "../../route.ts";

export const listHourBuckets = read({
  path: "/v1/hour-buckets",
  summary: "List the hours that clients bought ahead, newest first, with what is left of them",
  needs: "invoice.read",
  query: z.strictObject(hourBucketFilter),
  answers: pageOf(hourBucketWire),
  problems: [],
  handle: async ({ scope, query }) => bucketsOf(scope, query),
});
