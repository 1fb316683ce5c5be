import type { Schemas } from "@plumbline/client/client";
import { money, words } from "../printing/words.ts";
import type { Answer } from "../verb.ts";

/** What became of a bank entry. */
export const decided = (entry: Schemas["BankEntry"]): Answer => ({
  document: entry,
  lines: (style) => [
    `${style.strong(money(entry.amount))} of ${entry.bookedOn}: ${words(entry.state)}. ${entry.because}`,
    ...(entry.paymentId === undefined ? [] : [style.quiet(`Payment ${entry.paymentId}`)]),
  ],
});
