import type { TaxCategory } from "../tax/category.ts";
import type { Account } from "./account.ts";

/** One side of an entry. Debits are positive, credits negative, in minor units of the entry's currency. */
export type Posting = {
  readonly account: Account;
  readonly minor: bigint;
  /** Which tax it is, where the account is kept per category and rate. */
  readonly tax?: { readonly category: TaxCategory; readonly basisPoints: number };
};

type IssuedInvoice = {
  readonly net: bigint;
  /** What of the net the client keeps until release. */
  readonly retained: bigint;
  readonly taxes: readonly { readonly category: TaxCategory; readonly basisPoints: number; readonly minor: bigint }[];
};

/**
 * What billing does, and what that means in double entry. The sub-ledger holds nothing else, and postings to an ERP are
 * derived from it. The postings of a fact sum to zero, and none of them is zero.
 */
export const bookings = {
  /** Owed and earned on the day of issue; retained money is owed apart, because nobody may be reminded of it. */
  invoice_issued: ({ net, retained, taxes }: IssuedInvoice) =>
    moved([
      debit("receivable", net - retained + sum(taxes.map(({ minor }) => minor))),
      debit("retention_receivable", retained),
      credit("revenue", net),
      ...taxes.map(({ minor, ...tax }) => ({ ...credit("tax_payable", minor), tax })),
    ]),
} as const satisfies Record<string, (fact: never) => Posting[]>;

export type BookedFact = keyof typeof bookings;

const debit = (account: Account, minor: bigint): Posting => ({ account, minor });
const credit = (account: Account, minor: bigint): Posting => ({ account, minor: -minor });
const moved = (postings: readonly Posting[]): Posting[] => postings.filter(({ minor }) => minor !== 0n);
const sum = (parts: readonly bigint[]): bigint => parts.reduce((total, part) => total + part, 0n);
