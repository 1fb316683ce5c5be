import type { LocalDate } from "../calendar/local-date.ts";
import type { Currency } from "../money/currency.ts";
import { toDecimal } from "../money/decimal.ts";
import { money } from "../money/money.ts";

/** What a bank says happened on one account, between two balances. Amounts are minor units of the account's currency. */
export type BankStatement = {
  readonly iban: string;
  /** The bank's name for it. */
  readonly statementId: string;
  /** The bank's count of them, where it counts. */
  readonly sequence?: bigint;
  readonly currency: Currency;
  readonly openingMinor: bigint;
  readonly closingMinor: bigint;
  readonly closedOn: LocalDate;
  readonly transactions: readonly BankTransaction[];
};

/** One movement of money with one counterparty. */
export type BankTransaction = {
  /** What the bank calls the entry, and which transaction of it this is. */
  readonly entryReference: string;
  readonly position: number;
  /** The bank's own name of the entry, the same in every statement. */
  readonly servicerReference?: string;
  /** Positive when money came in. */
  readonly minor: bigint;
  readonly bookedOn: LocalDate;
  /** The bank undoes something that was booked before. */
  readonly returns: boolean;
  readonly returnReason?: string;
  /** The bank's own price, for the account or for what it did: about no client. */
  readonly fee: boolean;
  /** What the payer ordered, where the bank kept a part of it or changed it from another currency. */
  readonly instructed?: { readonly minor: bigint; readonly currency: Currency };
  /** What banks kept of it. */
  readonly chargesMinor: bigint;
  readonly counterparty?: string;
  readonly counterpartyIban?: string;
  readonly endToEndId?: string;
  /** What the payer gave in the fields for it: our reference, or the number of a document. */
  readonly creditorReferences: readonly string[];
  readonly text: string;
};

/** Where a statement ends, for the one that follows it. */
export type StatementEnd = Pick<BankStatement, "statementId" | "sequence" | "currency" | "closingMinor" | "closedOn">;

/** What keeps a statement from going on where the last one ended; undefined when nothing does. */
export function breakBetween(
  last: StatementEnd,
  next: BankStatement,
): { readonly element: string; readonly reason: string } | undefined {
  const before = `statement ${last.statementId}, the last one taken in,`;
  if (next.currency !== last.currency)
    return { element: "Acct/Ccy", reason: `is ${next.currency}, and ${before} is in ${last.currency}` };
  if (next.closedOn < last.closedOn)
    return { element: "Bal/Dt", reason: `is ${next.closedOn}, and ${before} closed on ${last.closedOn}` };
  if (next.openingMinor !== last.closingMinor) {
    const [opened, closed] = [next.openingMinor, last.closingMinor].map((minor) =>
      toDecimal(money(minor, next.currency)),
    );
    return {
      element: "Bal/Amt",
      reason: `opens with ${opened}, and ${before} closed with ${closed}: one between them is missing`,
    };
  }
  const counted = last.sequence !== undefined && next.sequence !== undefined;
  const restarts = next.sequence === 1n && next.closedOn.slice(0, 4) > last.closedOn.slice(0, 4);
  if (!counted || next.sequence === (last.sequence ?? 0n) + 1n || restarts) return undefined;
  return { element: "ElctrncSeqNb", reason: `is ${next.sequence}, and ${before} is number ${last.sequence}` };
}

/** How far the entries are from leading from the opening to the closing balance; 0 when they do. */
export const imbalanceOf = ({ openingMinor, closingMinor, transactions }: BankStatement): bigint =>
  openingMinor + transactions.reduce((sum, { minor }) => sum + minor, 0n) - closingMinor;
