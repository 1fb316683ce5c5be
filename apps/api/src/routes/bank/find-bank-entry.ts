import { bankEntryWire } from "@plumbline/contract/bank";
import { findBankEntry as find } from "@plumbline/operations/bank-statements/list-bank-entries";
import { read } from "../../route.ts";
import { bankEntryParams } from "./bank-entry-params.ts";

export const findBankEntry = read({
  path: "/v1/bank-entries/:bankEntryId",
  summary: "Show what a bank says happened, and what became of it",
  needs: "receivable.read",
  params: bankEntryParams,
  answers: bankEntryWire,
  problems: ["bank-entry-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
