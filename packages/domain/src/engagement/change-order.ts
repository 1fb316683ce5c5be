import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ChangeOrderRef } from "./change-order-ref.ts";
import { feeIssues, type FixedFee } from "./fixed-fee.ts";
import type { Cap, EngagementTerms } from "./terms.ts";

export const changeOrderStates = ["draft", "signed"] as const;
export type ChangeOrderState = (typeof changeOrderStates)[number];

/** What an order changes. What it does not name stays as it was agreed before. Amounts are minor units, as text. */
export type Amendments = {
  readonly cap?: Cap;
  /** Ceilings of phases, which are projects. */
  readonly projectCaps?: readonly { readonly projectId: string; readonly cap: Cap }[];
  readonly fee?: FixedFee;
  readonly milestones?: readonly AmendedMilestone[];
  readonly orders?: readonly AmendedOrder[];
  readonly rates?: readonly AmendedRate[];
};

export type AmendedMilestone = {
  readonly milestoneId: string;
  readonly amountMinor?: string;
  readonly dueOn?: LocalDate;
};

/** A purchase order by its number: larger, smaller, longer, or new. */
export type AmendedOrder = { readonly number: string; readonly amountMinor: string; readonly validTo?: LocalDate };

/** A price of an hour from the day on: for a role on a project, for all roles of a project, or of the engagement. */
export type AmendedRate = { readonly projectId?: string; readonly role?: string; readonly priceMinor: string };

/** An order that counts, with what it changes. */
export type SignedOrder = ChangeOrderRef & { readonly from: LocalDate; readonly amends: Amendments };

/** What contradicts itself in an order, each under the member that has to change; empty when nothing does. */
export function amendmentIssues(amends: Amendments): { readonly field: string; readonly reason: string }[] {
  const { cap, projectCaps = [], fee, milestones = [], orders = [], rates = [] } = amends;
  return [
    ...emptyCap("cap", cap),
    ...projectCaps.flatMap(({ cap: of }, index) => emptyCap(`projectCaps.${index}`, of)),
    ...(fee === undefined ? [] : feeIssues(fee)).map((reason) => ({ field: "fee", reason })),
    ...milestones.flatMap(({ amountMinor, dueOn }, index) =>
      amountMinor === undefined && dueOn === undefined
        ? [{ field: `milestones.${index}`, reason: "changes neither the amount nor the day" }]
        : [],
    ),
    ...rates.flatMap(({ projectId, role }, index) =>
      role !== undefined && projectId === undefined
        ? [{ field: `rates.${index}`, reason: "is of a role and names no project; a rate of all roles names no role" }]
        : [],
    ),
    ...twice("projectCaps", projectCaps, ({ projectId }) => projectId),
    ...twice("milestones", milestones, ({ milestoneId }) => milestoneId),
    ...twice("orders", orders, ({ number }) => number),
    ...twice("rates", rates, ({ projectId, role }) => `${projectId ?? ""}|${role ?? ""}`),
  ];
}

const emptyCap = (field: string, cap: Cap | undefined) =>
  cap !== undefined && cap.amountMinor === undefined && cap.minutes === undefined
    ? [{ field, reason: "limits neither money nor hours" }]
    : [];

function twice<Of>(field: string, items: readonly Of[], keyOf: (item: Of) => string) {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const again = seen.has(keyOf(item));
    seen.add(keyOf(item));
    return again ? [{ field: `${field}.${index}`, reason: "changes the same thing a second time" }] : [];
  });
}

type Dated = { readonly from: LocalDate; readonly terms: EngagementTerms };

/**
 * The terms as orders amended them: one version for each day on which an order takes effect, or on which what was agreed
 * without orders changes after one did. A later order holds over an earlier one, and any order over what it amends.
 *
 * @param agreed terms without orders
 */
export function amendedTerms(agreed: readonly Dated[], orders: readonly SignedOrder[]): Dated[] {
  const inForce = orders.filter(({ amends }) => amends.cap !== undefined || amends.fee !== undefined).toSorted(byDay);
  const [first] = inForce;
  if (first === undefined) return [];
  const days = new Set([...inForce, ...agreed].map(({ from }) => from).filter((from) => from >= first.from));
  const newestFirst = agreed.toSorted(byDay).toReversed();
  return [...days].toSorted().flatMap((from) => {
    const base = newestFirst.find((known) => known.from <= from)?.terms;
    if (base === undefined) return [];
    return [{ from, terms: inForce.filter((order) => order.from <= from).reduce(amend, base) }];
  });
}

/** Stable: of two orders of one day the one that was signed later, which stands later, holds. */
const byDay = (left: { readonly from: LocalDate }, right: { readonly from: LocalDate }): number =>
  left.from < right.from ? -1 : left.from > right.from ? 1 : 0;

function amend(terms: EngagementTerms, { number, signedOn, amends: { cap, fee } }: SignedOrder): EngagementTerms {
  const by = { number, signedOn };
  return {
    ...terms,
    ...(cap !== undefined && { cap }),
    ...(fee !== undefined && { fee }),
    amendedBy: { ...terms.amendedBy, ...(cap !== undefined && { cap: by }), ...(fee !== undefined && { fee: by }) },
  };
}
