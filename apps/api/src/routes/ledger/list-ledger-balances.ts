import { z } from "zod";
import { ledgerBalanceQuery, ledgerBalances } from "@plumbline/contract/ledger";
import { listLedgerBalances as balancesOf } from "@plumbline/operations/ledger/list-ledger-balances";
import { read } from "../../route.ts";

export const listLedgerBalances = read({
  path: "/v1/ledger-balances",
  summary: "List what stands on each account of the sub-ledger, per legal entity and currency",
  needs: "receivable.read",
  query: z.strictObject(ledgerBalanceQuery),
  answers: ledgerBalances,
  problems: [],
  handle: async ({ scope, query }) => ({ items: await balancesOf(scope, query) }),
});
