/** What three records say of the same money, in minor units. */
export type TrustRecords = {
  /** The bank's closing balance of the day. */
  readonly statementMinor: bigint;
  /** What the ledger knows and the bank does not show yet: on its way in is positive, on its way out negative. */
  readonly outstanding: readonly { readonly what: string; readonly minor: bigint }[];
  readonly ledgerMinor: bigint;
  readonly matters: readonly { readonly name: string; readonly minor: bigint }[];
};

export const trustDifferenceKinds = ["bank_and_ledger", "ledger_and_matters", "matter_below_nothing"] as const;

export type TrustDifference = {
  readonly kind: (typeof trustDifferenceKinds)[number];
  readonly minor: bigint;
  /** In words, naming what differs. */
  readonly what: string;
};

/** Holds the three against each other. They agree when this is empty: there is no tolerance. */
export function reconcileTrust({ statementMinor, outstanding, ledgerMinor, matters }: TrustRecords): TrustDifference[] {
  const sum = (minors: readonly bigint[]) => minors.reduce((total, minor) => total + minor, 0n);
  const bank = statementMinor + sum(outstanding.map(({ minor }) => minor));
  const held = sum(matters.map(({ minor }) => minor));
  const differences: TrustDifference[] = [
    {
      kind: "bank_and_ledger",
      minor: bank - ledgerMinor,
      what: "the bank, with what is outstanding, holds more or less than the trust ledger",
    },
    {
      kind: "ledger_and_matters",
      minor: ledgerMinor - held,
      what: "the trust ledger holds more or less than all matters together",
    },
    ...matters
      .filter(({ minor }) => minor < 0n)
      .map(({ name, minor }) => ({
        kind: "matter_below_nothing" as const,
        minor,
        what: `${name} is below nothing: another client's money was used`,
      })),
  ];
  return differences.filter(({ minor }) => minor !== 0n);
}
