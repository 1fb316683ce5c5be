import { daysBetween, type LocalDate } from "../calendar/local-date.ts";
import type { InvoiceId } from "../id.ts";
import type { DunningTerms } from "./collecting-terms.ts";
import { latePartOf, type OpenParts } from "./late-part.ts";

/** An open invoice of an account, with what must not be asked for; all in minor units of the account's currency. */
export type DunnableInvoice = OpenParts & {
  readonly invoiceId: InvoiceId;
  /** Given by credit notes of it and not netted yet. */
  readonly credited: bigint;
  /** Disputed, or about to be written off. */
  readonly held: bigint;
  /** The last notice that named it and was not withdrawn. */
  readonly last?: { readonly level: number; readonly on: LocalDate } | undefined;
};

/** All that one client owes one legal entity in one currency. */
export type DunnableAccount = {
  readonly terms: DunningTerms;
  /** What the client has to claim: money no invoice took, and credit notes beyond their invoice. */
  readonly credit: bigint;
  /** What is still to come of promises whose day is not over, each with the invoices it is about. */
  readonly promises: readonly { readonly left: bigint; readonly invoiceIds: readonly InvoiceId[] }[];
  readonly invoices: readonly DunnableInvoice[];
};

export type Dunning = {
  /** The highest that one of its invoices reaches. */
  readonly level: number;
  readonly textKey: string;
  readonly total: bigint;
  readonly fee: bigint;
  /** The one due first comes first. */
  readonly items: readonly DunnedInvoice[];
};

export type DunnedInvoice = {
  readonly invoiceId: InvoiceId;
  readonly level: number;
  readonly minor: bigint;
  readonly daysPastDue: number;
};

/**
 * Which invoices of an account are asked for on a day, and how firmly. An invoice climbs the ladder level by level, and
 * waits between two notices at least as long as lies between their levels, so that nobody who starts late begins with a
 * threat. Promises pause what they cover, and credit takes the rest, both of the oldest debts first. Nothing when no invoice reaches a new level, or too little is late.
 */
export function decideDunning(
  { terms, credit, promises, invoices }: DunnableAccount,
  on: LocalDate,
): Dunning | undefined {
  let spare = credit;
  const promised = promises.map((promise) => ({ ...promise }));
  const items = invoices
    .map((invoice) => ({ invoice, late: latePartOf(invoice, on) }))
    .toSorted((a, b) => b.late.days - a.late.days || (a.invoice.invoiceId < b.invoice.invoiceId ? -1 : 1))
    .flatMap(({ invoice, late }): DunnedInvoice[] => {
      let asked = positive(late.principal + late.charges - invoice.credited - invoice.held);
      for (const promise of promised.filter(({ invoiceIds }) => invoiceIds.includes(invoice.invoiceId))) {
        const paused = asked < promise.left ? asked : promise.left;
        promise.left -= paused;
        asked -= paused;
      }
      const covered = asked < spare ? asked : spare;
      spare -= covered;
      const level = levelReached(terms, invoice, { on, days: late.days });
      if (level === undefined || asked === covered) return [];
      return [{ invoiceId: invoice.invoiceId, level, minor: asked - covered, daysPastDue: late.days }];
    });
  const total = items.reduce((sum, { minor }) => sum + minor, 0n);
  const level = Math.max(0, ...items.map((item) => item.level));
  const reached = terms.levels[level - 1];
  if (reached === undefined || total < BigInt(terms.minimumMinor ?? 0)) return undefined;
  return { level, textKey: reached.textKey, total, fee: BigInt(reached.feeMinor ?? 0), items };
}

function levelReached(
  { levels }: DunningTerms,
  { last }: DunnableInvoice,
  { on, days }: { readonly on: LocalDate; readonly days: number },
): number | undefined {
  const before = last?.level ?? 0;
  const next = levels[before];
  if (next === undefined || days < next.daysPastDue) return undefined;
  if (last === undefined) return 1;
  const apart = next.daysPastDue - (levels[before - 1]?.daysPastDue ?? 0);
  return daysBetween(last.on, on) >= Math.max(1, apart) ? before + 1 : undefined;
}

const positive = (minor: bigint): bigint => (minor > 0n ? minor : 0n);
