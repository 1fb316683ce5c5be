import type { Creditable } from "./credit-store.ts";
import type { CreditAsked, CreditNote } from "./credit-content.ts";

/** What a credit note was made from: what was asked for, and what was left of the invoice then. */
export type CreditInputs = { readonly asked: CreditAsked; readonly invoice: Creditable };

/** The inputs as text that can be read back. */
export function creditInputsText({ invoice, asks, code, reason, rebills }: CreditNote): string {
  const inputs: CreditInputs = { asked: { asks, code, reason, rebills }, invoice };
  return JSON.stringify(inputs, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** Amounts are text in JSON; their names end in `Minor`, or are `minor` of an amount with its currency. */
export const readCreditInputs = (text: string): CreditInputs =>
  JSON.parse(text, (name, value: unknown) =>
    /minor$/i.test(name) && typeof value === "string" ? BigInt(value) : value,
  ) as CreditInputs;
