import { z } from "zod";
import { bankEntryFilter, bankEntryWire } from "@plumbline/contract/bank";
import { pageOf } from "@plumbline/contract/page";
import { listBankEntries as entriesOf } from "@plumbline/operations/bank-statements/list-bank-entries";
import { read } from "../../route.ts";

export const listBankEntries = read({
  path: "/v1/bank-entries",
  summary: "List what banks say happened, newest first, and where what waits may belong",
  needs: "receivable.read",
  query: z.strictObject(bankEntryFilter),
  answers: pageOf(bankEntryWire),
  problems: [],
  handle: async ({ scope, query }) => entriesOf(scope, query),
});
