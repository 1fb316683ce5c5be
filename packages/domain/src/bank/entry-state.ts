/** What becomes of what a bank says, and what each means. */
// prettier-ignore
// oxfmt-ignore
export const bankEntryStates = {
  settled:  "It became a payment.",
  returned: "It took a payment back.",
  open:     "Nobody knows yet what it belongs to.",
  held:     "Something speaks against taking it as it is: a person decides.",
  aside:    "It is none of the clients' money.",
} as const;

export type BankEntryState = keyof typeof bankEntryStates;

export const bankEntryStateNames = Object.keys(bankEntryStates) as readonly BankEntryState[] as readonly [
  BankEntryState,
  ...BankEntryState[],
];
