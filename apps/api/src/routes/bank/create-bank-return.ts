import { bankEntryWire, bankReturnInput } from "@plumbline/contract/bank";
import { findBankEntry } from "@plumbline/operations/bank-statements/list-bank-entries";
import { returnBankEntry } from "@plumbline/operations/bank-statements/return-bank-entry";
import { write } from "../../route.ts";
import { bankEntryParams } from "./bank-entry-params.ts";

export const createBankReturn = write({
  path: "/v1/bank-entries/:bankEntryId/return",
  summary: "Say which payment the bank took back: its invoices are owed again",
  needs: "payment.record",
  params: bankEntryParams,
  body: bankReturnInput,
  answers: { status: 201, body: bankEntryWire },
  keep: "forever",
  problems: [
    "bank-entry-not-found",
    "bank-entry-decided",
    "bank-entry-refused",
    "payment-not-found",
    "return-refused",
    "booking-date-refused",
  ],
  handle: async ({ scope, params, body }) => {
    await returnBankEntry(scope, { ...params, ...body });
    return findBankEntry(scope, params);
  },
});
