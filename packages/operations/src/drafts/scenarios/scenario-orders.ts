import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { amendedTerms, type SignedOrder } from "@plumbline/domain/engagement/change-order";
import type { ChangeOrderRef } from "@plumbline/domain/engagement/change-order-ref";
import type { Cap, EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import type { ChangeOrderSum } from "@plumbline/domain/worklog/work-piece";
import type { BookEngagement } from "../run-book.ts";
import { day, type Given, minor } from "./scenario-kit.ts";
import { feeOf } from "./scenario-terms.ts";

const refOf = (order: string): ChangeOrderRef & { readonly from: LocalDate } => {
  const [, number = "", signedOn = "", from = ""] = /^(\S+) of (\S+) from (\S+)$/.exec(order) ?? [];
  return { number, signedOn: day(signedOn), from: day(from) };
};

const signedOf = ({ changeOrders = [] }: Given, currency: Currency): SignedOrder[] =>
  changeOrders.map(({ order, cap, fee }) => ({
    ...refOf(order),
    amends: { ...(cap && { cap: capOf(cap, currency) }), ...(fee && { fee: feeOf(fee, currency) }) },
  }));

const capOf = ({ amount, hours }: { readonly amount?: string; readonly hours?: number }, currency: Currency): Cap => ({
  ...(amount !== undefined && { amountMinor: String(minor(amount, currency)) }),
  ...(hours !== undefined && { minutes: hours * 60 }),
});

/** Newest first, those that orders amended before those that they amended. */
export function versionsOf(given: Given, agreed: EngagementTerms, currency: Currency): BookEngagement["terms"] {
  const first = { from: day("1970-01-01"), terms: agreed };
  return [...amendedTerms([first], signedOf(given, currency)).toReversed(), first];
}

/** What limits and instalments are at the end of the month. */
export function amendedGiven(given: Given, before: LocalDate): Given {
  const inForce = byDay(given).filter(({ order }) => refOf(order).from < before);
  const { fee } = given.changeOrders?.findLast((order) => order.fee !== undefined) ?? given;
  const by = inForce.findLast((order) => order.cap !== undefined);
  return {
    ...given,
    ...(fee && { fee }),
    ...(by?.cap && { cap: { ...by.cap, ...(given.cap?.used !== undefined && { used: given.cap.used }) } }),
  };
}

const byDay = ({ changeOrders = [] }: Given) =>
  changeOrders.toSorted((left, right) => (refOf(left.order).from < refOf(right.order).from ? -1 : 1));

export const capOrderOf = (given: Given, before: LocalDate): ChangeOrderRef | undefined => {
  const order = byDay(given).findLast(({ order: said, cap }) => cap !== undefined && refOf(said).from < before)?.order;
  if (order === undefined) return undefined;
  const { number, signedOn } = refOf(order);
  return { number, signedOn };
};

export const sumsOf = (
  { changeOrders = [] }: Given,
  currency: Currency,
  pieceOf: (
    id: string,
    on: LocalDate,
  ) => Omit<ChangeOrderSum, "kind" | "currency" | "amountMinor" | "number" | "signedOn" | "description" | "evidence">,
): ChangeOrderSum[] =>
  changeOrders.flatMap(({ order, charge }) => {
    if (charge === undefined) return [];
    const [description = "", amount = ""] = charge.split(": ");
    const { number, signedOn, from } = refOf(order);
    return [
      {
        ...pieceOf(`co-${number}`, from),
        kind: "change_order",
        currency,
        amountMinor: minor(amount, currency),
        number,
        signedOn,
        description,
        evidence: { document: `co-${number}.pdf`, sha256: "5f2c9a7d0e4b8163".repeat(4) },
      },
    ];
  });
