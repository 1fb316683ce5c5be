import type { LocalDate } from "../calendar/local-date.ts";
import type { ClientId, InvoiceId } from "../id.ts";
import { bare, readCreditorReference } from "./creditor-reference.ts";
import type { BankTransaction } from "./statement.ts";

/** An open invoice that may be meant; amounts in the currency of the bank account. */
export type Candidate = {
  readonly invoiceId: InvoiceId;
  readonly number: string;
  readonly clientId: ClientId;
  readonly clientNames: readonly string[];
  readonly openMinor: bigint;
  /** What of it this client keeps as tax, if it does as it did before; absent when it never did. */
  readonly withheldMinor?: bigint;
  /** What of it may be kept by whoever pays up to a day, the earliest first; absent when nothing was agreed. */
  readonly discounts?: readonly { readonly until: LocalDate; readonly minor: bigint }[];
};

export type Proposal = {
  readonly candidate: Candidate;
  /** What makes what was paid short of what is owed. */
  readonly keeps?: { readonly kind: "withholding_tax" | "discount_taken"; readonly minor: bigint };
  /** 0 to 100; it orders proposals and decides nothing. */
  readonly score: number;
  readonly because: string;
};

export type Match =
  | {
      readonly is: "certain";
      readonly clientId: ClientId;
      /** All that is open on each, less the discount it was paid early enough for; together what the payer ordered. */
      readonly invoices: readonly Candidate[];
      /** The day it came in, when each invoice was paid less its discount of that day; undefined when they were paid in full. */
      readonly paidOn: LocalDate | undefined;
      /** What banks kept of it on the way. */
      readonly keptMinor: bigint;
      readonly because: string;
    }
  | { readonly is: "open"; readonly proposals: readonly Proposal[]; readonly because: string };

/** Looks invoices up by number as people write it, and by amount. */
export type CandidateBook = {
  readonly named: (transaction: BankTransaction) => readonly Candidate[];
  readonly owing: (minor: bigint) => readonly Candidate[];
  /** What a payment settled is owed no more by the next. */
  readonly settle: (candidates: readonly Candidate[]) => void;
};

/** Numbers are broken by spaces, dashes and line ends; no number is in more pieces. */
const piecesMax = 6;
const proposalsMax = 5;
/** How much each ground says for a proposal, out of 100. */
const points = { named: 50, amount: 30, account: 15, name: 5 } as const;

export function openCandidateBook(candidates: readonly Candidate[]): CandidateBook {
  const byNumber = Map.groupBy(candidates, ({ number }) => bare(number));
  const byAmount = Map.groupBy(candidates, ({ openMinor }) => openMinor);
  const byRest = Map.groupBy(
    candidates.flatMap((candidate) => restsOf(candidate).map((rest) => ({ candidate, rest }))),
    ({ rest }) => rest,
  );
  const settled = new Set<Candidate>();
  const open = (found: readonly Candidate[]) => [...new Set(found)].filter((candidate) => !settled.has(candidate));
  return {
    named: (transaction) => open(numbersIn(transaction).flatMap((number) => byNumber.get(number) ?? [])),
    owing: (minor) =>
      open([...(byAmount.get(minor) ?? []), ...(byRest.get(minor) ?? []).map(({ candidate }) => candidate)]),
    settle: (candidates) => candidates.forEach((candidate) => settled.add(candidate)),
  };
}

/**
 * Says which invoices a payment that came in is meant for. Certain when the payer named them (creditor reference with valid
 * check digits, end-to-end id, or our number in the text), one payer owes them all, what they owe together is what was
 * ordered, and the account it came from is not known to be somebody else's. Everything else is for a person.
 *
 * @param clientOfIban whose account it is, where earlier payments told
 */
export function matchTransaction(
  transaction: BankTransaction,
  book: CandidateBook,
  clientOfIban: (iban: string) => ClientId | undefined,
): Match {
  const named = book.named(transaction);
  const iban = transaction.counterpartyIban;
  const known = iban === undefined ? undefined : clientOfIban(iban);
  const open = (because: string): Match => ({
    is: "open",
    proposals: proposalsFor(transaction, { named, book, known }),
    because,
  });
  const [first] = named;
  if (first === undefined) return open("It names no invoice that is open.");
  const owed = named.reduce((sum, { openMinor }) => sum + openMinor, 0n);
  const early = isEarly(transaction, named, owed);
  const doubt = doubtOf(transaction, named, { owed, early, known });
  if (doubt !== undefined) return open(doubt);
  const pays = early ? "pays what is owed, less the discount agreed for paying early" : "pays what is owed";
  return {
    is: "certain",
    clientId: first.clientId,
    invoices: named,
    paidOn: early ? transaction.bookedOn : undefined,
    keptMinor: early ? 0n : owed - transaction.minor,
    because: `Names ${named.map(({ number }) => number).join(", ")} and ${pays}.`,
  };
}

/**
 * Whether it is short by exactly the discount agreed for paying by that day. A bank that says it kept as much as the discount is
 * believed: the payer ordered all of it.
 */
function isEarly(transaction: BankTransaction, named: readonly Candidate[], owed: bigint): boolean {
  const reduced = named.reduce((sum, candidate) => sum + lessDiscount(candidate, transaction.bookedOn), 0n);
  return reduced < owed && reduced === transaction.minor && owed !== orderedOf(transaction);
}

/** What keeps a payment that names invoices from being certain. */
function doubtOf(
  transaction: BankTransaction,
  named: readonly Candidate[],
  { owed, early, known }: { readonly owed: bigint; readonly early: boolean; readonly known: ClientId | undefined },
): string | undefined {
  const [payer, ...others] = new Set(named.map(({ clientId }) => clientId));
  if (others.length > 0) return "It names invoices of several payers.";
  const ordered = orderedOf(transaction);
  if (owed !== ordered && owed !== transaction.minor && !early) {
    const rest = named.reduce((sum, candidate) => sum + lessTax(candidate), 0n);
    return rest === ordered
      ? "It is short by exactly the tax that this client kept before."
      : "It names invoices that owe something else than was paid.";
  }
  if (known !== undefined && known !== payer) return "It came from an account that another client paid from before.";
  return !early && named.every(({ openMinor }) => openMinor <= owed - transaction.minor)
    ? "More was kept on the way than any of its invoices owes."
    : undefined;
}

/** What is to be paid of an invoice when its client keeps tax as before. */
const lessTax = ({ openMinor, withheldMinor = 0n }: Candidate): bigint => openMinor - withheldMinor;

/** What is to be paid of it when money comes in on a day. */
const lessDiscount = ({ openMinor, discounts = [] }: Candidate, on: LocalDate): bigint =>
  openMinor - (discounts.find(({ until }) => on <= until)?.minor ?? 0n);

/** Every sum that may be paid in its place. */
const restsOf = (candidate: Candidate): bigint[] => [
  lessTax(candidate),
  ...(candidate.discounts ?? []).map(({ minor }) => candidate.openMinor - minor),
];

/** What the payer gave up, where what banks kept was taken from it. */
const orderedOf = ({ minor, chargesMinor }: BankTransaction): bigint => minor + chargesMinor;

/** What each invoice takes of a certain payment: a discount of its own; and what banks kept settles the largest. */
export function partsOf(match: Extract<Match, { is: "certain" }>): readonly {
  readonly invoiceId: InvoiceId;
  readonly minor: bigint;
  readonly keptMinor: bigint;
  readonly kind: "bank_fee" | "discount_taken";
}[] {
  const { invoices, paidOn } = match;
  const largest = invoices.reduce((left, right) => (right.openMinor > left.openMinor ? right : left));
  return invoices.map((invoice) => {
    const { invoiceId, openMinor } = invoice;
    if (paidOn !== undefined) {
      const minor = lessDiscount(invoice, paidOn);
      return { invoiceId, minor, keptMinor: openMinor - minor, kind: "discount_taken" };
    }
    const keptMinor = invoice === largest ? match.keptMinor : 0n;
    return { invoiceId, minor: openMinor - keptMinor, keptMinor, kind: "bank_fee" };
  });
}

type Known = {
  readonly named: readonly Candidate[];
  readonly book: CandidateBook;
  readonly known: ClientId | undefined;
};

function proposalsFor(transaction: BankTransaction, { named, book, known }: Known): Proposal[] {
  const ordered = orderedOf(transaction);
  const isNamed = new Set(named);
  const isShort = named.reduce((sum, candidate) => sum + lessTax(candidate), 0n) === ordered;
  const single = [...new Set([...named, ...book.owing(ordered)])].map((candidate) => {
    const { withheldMinor } = candidate;
    const less = withheldMinor !== undefined && (lessTax(candidate) === ordered || (isNamed.has(candidate) && isShort));
    const asked = lessDiscount(candidate, transaction.bookedOn);
    const early = !less && asked < candidate.openMinor && asked === ordered;
    const discount = { kind: "discount_taken", minor: candidate.openMinor - asked } as const;
    const grounds = [
      [isNamed.has(candidate), points.named, `names ${candidate.number}`],
      [less, points.amount, "is what is owed less the tax that this client kept before"],
      [early, points.amount, "is what is owed less the discount agreed for paying early"],
      [candidate.openMinor === ordered, points.amount, "is what is owed on it"],
      [known === candidate.clientId, points.account, "comes from an account of this client"],
      [isNameOf(transaction.counterparty, candidate.clientNames), points.name, "the payer's name is this client's"],
    ] as const;
    const held = grounds.filter(([holds]) => holds);
    return {
      candidate,
      ...(less && { keeps: { kind: "withholding_tax", minor: withheldMinor } as const }),
      ...(early && { keeps: discount }),
      score: held.reduce((sum, [, worth]) => sum + worth, 0),
      because: held.map(([, , words]) => words).join("; "),
    };
  });
  return single.toSorted((a, b) => b.score - a.score || (a.because < b.because ? -1 : 1)).slice(0, proposalsMax);
}

const isNameOf = (counterparty: string | undefined, names: readonly string[]): boolean =>
  counterparty !== undefined && names.some((name) => bare(name) === bare(counterparty));

/**
 * Every run of neighbouring pieces of what was said, put together, what valid creditor references carry, and what stands in
 * a field for references without being one: people put our number there.
 */
function numbersIn({ creditorReferences, endToEndId = "", text }: BankTransaction): string[] {
  const structured = creditorReferences.map((reference) =>
    /^RF\d\d/i.test(reference) ? (readCreditorReference(reference) ?? "") : bare(reference),
  );
  return [...structured, ...[text, endToEndId].flatMap(runsOf)].filter((run) => run !== "");
}

function runsOf(text: string): string[] {
  const pieces = text
    .toUpperCase()
    .split(/[^0-9A-Z]+/)
    .filter((piece) => piece !== "");
  return pieces.flatMap((_, start) =>
    Array.from({ length: Math.min(piecesMax, pieces.length - start) }, (__, more) =>
      pieces.slice(start, start + more + 1).join(""),
    ),
  );
}
