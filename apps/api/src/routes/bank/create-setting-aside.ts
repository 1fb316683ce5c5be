import { bankEntryWire, setAsideInput } from "@plumbline/contract/bank";
import { findBankEntry } from "@plumbline/operations/bank-statements/list-bank-entries";
import { setAsideBankEntry } from "@plumbline/operations/bank-statements/set-aside-bank-entry";
import { write } from "../../route.ts";
import { bankEntryParams } from "./bank-entry-params.ts";

export const createSettingAside = write({
  path: "/v1/bank-entries/:bankEntryId/setting-aside",
  summary: "Say that an entry is none of the clients' money, and why",
  needs: "payment.record",
  params: bankEntryParams,
  body: setAsideInput,
  answers: { status: 201, body: bankEntryWire },
  keep: "forever",
  problems: ["bank-entry-not-found", "bank-entry-decided"],
  handle: async ({ scope, params, body }) => {
    await setAsideBankEntry(scope, { ...params, ...body });
    return findBankEntry(scope, params);
  },
});
