import type { EngagementId, InvoiceId } from "@plumbline/domain/id";

/** Money paid ahead for an engagement, of which something is left. */
export type Deposit<Id> = { readonly id: Id; readonly engagementId: EngagementId; readonly leftMinor: bigint };

/** An invoice about to be issued: what has to be paid of it now, and what of its net is whose. */
export type Drawing = {
  readonly invoiceId: InvoiceId;
  readonly payableMinor: bigint;
  readonly netMinor: bigint;
  readonly netOf: ReadonlyMap<EngagementId, bigint>;
};

export type RetainerDraw<Id> = { readonly depositId: Id; readonly invoiceId: InvoiceId; readonly minor: bigint };

/**
 * What invoices take of the retainers of their engagements: the oldest deposit first, invoice after invoice. A retainer
 * pays for its own engagement alone, so of an invoice about several it pays that engagement's part, rounded down.
 *
 * @param deposits oldest first
 */
export function drawRetainers<Id>(
  invoices: readonly Drawing[],
  deposits: readonly Deposit<Id>[],
): readonly RetainerDraw<Id>[] {
  const left = new Map(deposits.map((deposit) => [deposit, deposit.leftMinor]));
  const draws: RetainerDraw<Id>[] = [];
  for (const { invoiceId, payableMinor, netMinor, netOf } of invoices) {
    if (payableMinor <= 0n || netMinor <= 0n) continue;
    let open = payableMinor;
    for (const [engagementId, net] of netOf) {
      let due = least((payableMinor * net) / netMinor, open);
      for (const deposit of deposits) {
        const minor = deposit.engagementId === engagementId ? least(due, left.get(deposit) ?? 0n) : 0n;
        if (minor <= 0n) continue;
        draws.push({ depositId: deposit.id, invoiceId, minor });
        left.set(deposit, (left.get(deposit) ?? 0n) - minor);
        due -= minor;
        open -= minor;
      }
    }
  }
  return draws;
}

const least = (left: bigint, right: bigint): bigint => (left < right ? left : right);
