import type { TaxCategory } from "../tax/category.ts";
import type { Account } from "./account.ts";

/** One side of an entry. Debits are positive, credits negative, in minor units of the entry's currency. */
export type Posting = {
  readonly account: Account;
  readonly minor: bigint;
  /** Which tax it is, where the account is kept per category and rate. */
  readonly tax?: { readonly category: TaxCategory; readonly basisPoints: number; readonly jurisdiction?: string };
};

type IssuedInvoice = {
  readonly net: bigint;
  /** What of the net the client keeps until release. */
  readonly retained: bigint;
  /** What of the net is billed before it is earned; nothing when absent. */
  readonly deferred?: bigint;
  /** What of the net is a deposit on what is still to come; below zero where an invoice deducts one. Nothing when absent. */
  readonly deposited?: bigint;
  readonly taxes: Taxes;
};

type Amount = { readonly amount: bigint };
/** Where money of a client waits: free for any invoice, or kept for those of one engagement. */
export type HeldOn = "unapplied_cash" | "retainer_liability";
type Held = Amount & { readonly held?: HeldOn };
type Taxes = readonly (NonNullable<Posting["tax"]> & { readonly minor: bigint })[];
/** What settles in the place of money; `taxes` is what of it is tax that is due no more. */
type Settling = { readonly account: Account; readonly minor: bigint; readonly taxes?: Taxes };
type Applied = Held & { readonly residual?: Settling };

/**
 * What billing does, and what that means in double entry. The sub-ledger holds nothing else, and postings to an ERP are
 * derived from it. The postings of a fact sum to zero, and none of them is zero.
 */
export const bookings = {
  /**
   * Owed on the day of issue, and earned unless its days are still to come; retained money is owed apart, because nobody
   * may be reminded of it.
   */
  invoice_issued: ({ net, retained, taxes, deferred = 0n, deposited = 0n }: IssuedInvoice) =>
    moved([
      debit("receivable", net - retained + sum(taxes.map(({ minor }) => minor))),
      debit("retention_receivable", retained),
      credit("revenue", net - deferred - deposited),
      credit("deferred_revenue", deferred),
      credit("deposit_liability", deposited),
      ...taxes.map(({ minor, ...tax }) => ({ ...credit("tax_payable", minor), tax })),
    ]),
  /** What a client owed when the firm moved in, on a document of another system: earned and taxed there. */
  receivable_taken_over: ({ amount }: Amount) =>
    moved([debit("receivable", amount), credit("opening_balances", amount)]),
  /** What a client had paid ahead, or had to its credit, when the firm moved in: its money came in elsewhere. */
  credit_taken_over: ({ amount, held = "unapplied_cash" }: Held) =>
    moved([debit("opening_balances", amount), credit(held, amount)]),
  /** Kept no longer: to be paid like the rest. */
  retention_released: ({ amount }: Amount) =>
    moved([debit("receivable", amount), credit("retention_receivable", amount)]),
  /** What paying late costs the client is damages and not a price: owed beside what was billed, and without tax. */
  late_charged: ({ amount }: Amount) => moved([debit("receivable", amount), credit("late_charges", amount)]),
  late_charge_withdrawn: ({ amount }: Amount) => moved([debit("late_charges", amount), credit("receivable", amount)]),
  /** Earned, now that its days are over. */
  revenue_released: ({ amount }: Amount) => moved([debit("deferred_revenue", amount), credit("revenue", amount)]),
  /** The client's until an invoice takes it. */
  payment_received: ({ amount, held = "unapplied_cash" }: Held) => moved([debit("cash", amount), credit(held, amount)]),
  /** What a credit note leaves the client to claim becomes its credit, like money that came in. */
  credit_released: ({ amount }: Amount) => moved([debit("receivable", amount), credit("unapplied_cash", amount)]),
  /** What was paid is owed no more, and what settles in its place neither. */
  payment_applied: ({ amount, residual, held = "unapplied_cash" }: Applied) => {
    const kept = residual?.minor ?? 0n;
    const taxes = residual?.taxes ?? [];
    return moved([
      debit(held, amount),
      ...(residual === undefined ? [] : [debit(residual.account, kept - sum(taxes.map(({ minor }) => minor)))]),
      ...taxes.map(({ minor, ...tax }) => ({ ...debit("tax_payable", minor), tax })),
      credit("receivable", amount + kept),
    ]);
  },
  /** The mirror image of what it undoes. */
  application_reversed: (applied: readonly Posting[]) =>
    applied.map(({ minor, ...rest }) => ({ ...rest, minor: -minor })),
  /** The bank took back what came in: nothing of it may be applied any more. */
  payment_returned: ({ amount, held = "unapplied_cash" }: Held) => moved([debit(held, amount), credit("cash", amount)]),
  /** Taken from the firm and not yet from the client: nobody owes again until it is decided. */
  chargeback_opened: ({ amount }: Amount) => moved([debit("chargebacks", amount), credit("cash", amount)]),
  /** It comes again. */
  chargeback_won: ({ amount }: Amount) => moved([debit("cash", amount), credit("chargebacks", amount)]),
  /** The client never paid it. */
  chargeback_lost: ({ amount, held = "unapplied_cash" }: Held) =>
    moved([debit(held, amount), credit("chargebacks", amount)]),
  /** Proven by a certificate: from now on the tax office owes it. */
  withholding_certified: ({ amount }: Amount) =>
    moved([debit("withholding_certified", amount), credit("withholding_tax", amount)]),
  /** The certificate was none. */
  withholding_uncertified: ({ amount }: Amount) =>
    moved([debit("withholding_tax", amount), credit("withholding_certified", amount)]),
  /** What the bank kept of the firm's own money for it. */
  bank_charged: ({ amount }: Amount) => moved([debit("bank_fees", amount), credit("cash", amount)]),
  credit_refunded: ({ amount, held = "unapplied_cash" }: Held) => moved([debit(held, amount), credit("cash", amount)]),
  /** Clients' own money moves between its two accounts alone: what a transfer pays is another entry, of the firm's own money. */
  trust_received: ({ amount }: Amount) => moved([debit("trust_bank", amount), credit("trust_liability", amount)]),
  trust_refunded: ({ amount }: Amount) => moved([debit("trust_liability", amount), credit("trust_bank", amount)]),
  trust_transferred: ({ amount }: Amount) => moved([debit("trust_liability", amount), credit("trust_bank", amount)]),
  /** What was paid ahead and not used is the firm's, where that was agreed. */
  retainer_earned: ({ amount }: Amount) => moved([debit("retainer_liability", amount), credit("revenue", amount)]),
  /** What was credited of retained money is retained no more; on the credit note itself it is negative, and given. */
  retention_credited: ({ amount }: Amount) =>
    moved([debit("unapplied_cash", amount), credit("retention_receivable", amount)]),
  debt_written_off: ({ amount }: Amount) => moved([debit("bad_debt", amount), credit("receivable", amount)]),
} as const satisfies Record<string, (fact: never) => Posting[]>;

export type BookedFact = keyof typeof bookings;

export const bookedFacts = Object.keys(bookings) as readonly BookedFact[] as readonly [BookedFact, ...BookedFact[]];

const debit = (account: Account, minor: bigint): Posting => ({ account, minor });
const credit = (account: Account, minor: bigint): Posting => ({ account, minor: -minor });
const moved = (postings: readonly Posting[]): Posting[] => postings.filter(({ minor }) => minor !== 0n);
const sum = (parts: readonly bigint[]): bigint => parts.reduce((total, part) => total + part, 0n);
