import { bankEntryWire, bankSettlementInput } from "@plumbline/contract/bank";
import { findBankEntry } from "@plumbline/operations/bank-statements/list-bank-entries";
import { settleBankEntry } from "@plumbline/operations/bank-statements/settle-bank-entry";
import { write } from "../../route.ts";
import { bankEntryParams } from "./bank-entry-params.ts";

export const createBankSettlement = write({
  path: "/v1/bank-entries/:bankEntryId/settlement",
  summary: "Say which client sent what came in, and let invoices take it",
  needs: "payment.record",
  params: bankEntryParams,
  body: bankSettlementInput,
  answers: { status: 201, body: bankEntryWire },
  keep: "forever",
  problems: [
    "bank-entry-not-found",
    "bank-entry-decided",
    "bank-entry-refused",
    "client-not-found",
    "client-merged",
    "booking-date-refused",
    "application-refused",
    "retainer-refused",
  ],
  handle: async ({ scope, params, body: { apply, applications, ...input } }) => {
    const to = applications ?? (apply === "oldest_first" ? apply : undefined);
    await settleBankEntry(scope, { ...params, ...input, to });
    return findBankEntry(scope, params);
  },
});
