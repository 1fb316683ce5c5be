import { ledgerFaultList } from "@plumbline/contract/ledger";
import { listLedgerFaults as faultsOf } from "@plumbline/operations/ledger/list-ledger-faults";
import { read } from "../../route.ts";

export const listLedgerFaults = read({
  path: "/v1/ledger-faults",
  summary: "List where the sub-ledger and the invoices do not tally: nowhere, unless the database was got past",
  needs: "receivable.read",
  answers: ledgerFaultList,
  problems: [],
  handle: async ({ scope }) => ({ items: await faultsOf(scope) }),
});
