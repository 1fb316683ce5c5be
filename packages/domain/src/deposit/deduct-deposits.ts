import type { EngagementId, InvoiceId } from "@plumbline/domain/id";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { TaxCategory } from "@plumbline/domain/tax/category";
import { depositRateOf } from "./deposit-rate.ts";

/** A deposit that was issued, and what of its net is left to deduct. */
export type OpenDeposit = {
  readonly id: InvoiceId;
  readonly engagementId: EngagementId;
  readonly number: string;
  readonly issuedOn: LocalDate;
  readonly category: TaxCategory;
  readonly basisPoints: number;
  readonly leftMinor: bigint;
};

/** What an invoice bills of one engagement, and could be paid by a deposit: before tax, less what the client keeps. */
export type Billed = {
  readonly engagementId: EngagementId;
  readonly category: TaxCategory;
  readonly basisPoints: number;
  readonly netMinor: bigint;
};

export type Deduction = {
  readonly deposit: OpenDeposit;
  readonly minor: bigint;
  /** The rate that the invoice bears otherwise, where what the deposit paid for keeps the deposit's. */
  readonly retaxedFrom: number | undefined;
};

/**
 * What an invoice deducts of the deposits of its engagements, the oldest first: as much as it bills of the same engagement and
 * kind of tax, and never so much that the client would be owed something.
 *
 * @param seller country, ISO 3166: its law says which rate holds where the two differ
 * @param left what earlier drafts have left of each deposit; lowered by what is deducted
 */
export function deductDeposits(
  billed: readonly Billed[],
  deposits: ReadonlyMap<EngagementId, readonly OpenDeposit[]>,
  { seller, left }: { readonly seller: string; readonly left: Map<InvoiceId, bigint> },
): Deduction[] {
  const keeps = depositRateOf(seller) === "deposit";
  return billed.flatMap(({ engagementId, category, basisPoints, netMinor }) => {
    let room = netMinor;
    return (deposits.get(engagementId) ?? []).flatMap((deposit): Deduction[] => {
      if (deposit.category !== category || room <= 0n) return [];
      const most = keeps ? room : roomAt(room, { now: basisPoints, before: deposit.basisPoints });
      const unused = left.get(deposit.id) ?? deposit.leftMinor;
      const minor = unused < most ? unused : most;
      if (minor <= 0n) return [];
      left.set(deposit.id, unused - minor);
      room -= minor;
      const retaxedFrom = keeps && deposit.basisPoints !== basisPoints ? basisPoints : undefined;
      return [{ deposit, minor, retaxedFrom }];
    });
  });
}

/** A deposit at a higher rate than the supply's takes more tax off than the supply bears: less of it has room. */
const roomAt = (room: bigint, { now, before }: { readonly now: number; readonly before: number }): bigint =>
  before <= now ? room : (room * BigInt(10_000 + now)) / BigInt(10_000 + before);
