import { z } from "zod";
import { pageOf } from "@plumbline/contract/page";
import { withheldFilter, withheldWire } from "@plumbline/contract/withholding";
import { listWithheld } from "@plumbline/operations/withholding/list-withheld";
import { read } from "../../route.ts";

export const listWithheldTax = read({
  path: "/v1/withheld-tax",
  summary: "List invoices of which clients kept tax that no certificate proves yet, the oldest first",
  needs: "receivable.read",
  query: z.strictObject(withheldFilter),
  answers: pageOf(withheldWire),
  problems: [],
  handle: async ({ scope, query }) => listWithheld(scope, query),
});
