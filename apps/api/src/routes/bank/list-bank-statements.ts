import { z } from "zod";
import { bankStatementWire } from "@plumbline/contract/bank";
import { pageOf, pageQuery } from "@plumbline/contract/page";
import { listBankStatements as statementsOf } from "@plumbline/operations/bank-statements/list-bank-statements";
import { read } from "../../route.ts";

export const listBankStatements = read({
  path: "/v1/bank-statements",
  summary: "List bank statements that were taken in, newest first",
  needs: "receivable.read",
  query: z.strictObject(pageQuery),
  answers: pageOf(bankStatementWire),
  problems: [],
  handle: async ({ scope, query }) => statementsOf(scope, query),
});
