import type { LocalDate } from "../calendar/local-date.ts";

/**
 * What is looked at before an engagement, or a project of it, is closed. What `blocks` would be lost, or change what was closed;
 * the rest is billed with the closure, or goes its own way afterwards.
 */
// prettier-ignore
// oxfmt-ignore
export const closureItems = {
  work_after:              { blocks: true,  means: "work that is dated after the day" },
  fee_to_come:             { blocks: true,  means: "instalments of the fee that fall due after the day; a change order says what becomes of them" },
  time_not_approved:       { blocks: true,  means: "work up to the day that nobody approved or rejected" },
  work_held:               { blocks: true,  means: "approved work that an exception holds back" },
  agreements_running:      { blocks: true,  means: "subscriptions and meters that run on after the day" },
  change_orders_unsigned:  { blocks: true,  means: "change orders that were drafted and not signed" },
  unbilled_work:           { blocks: false, means: "approved work that the final bill takes" },
  minimum_lacking:         { blocks: false, means: "periods that lack something to the committed minimum; the final bill charges what still lacks after it" },
  milestones_not_reached:  { blocks: false, means: "milestones that were not accepted, and are not billed" },
  drafts_open:             { blocks: false, means: "invoices that are not issued yet" },
  deposits_not_deducted:   { blocks: false, means: "deposits of which something is left; the final bill takes them off" },
  retainer_balance:        { blocks: false, means: "money paid ahead; once all invoices are issued, what is left is settled" },
  retention_kept:          { blocks: false, means: "what the client keeps of invoices until it is released" },
  limits_reserved:         { blocks: false, means: "what open invoices reserve of caps and purchase orders" },
  trust_balance:           { blocks: false, means: "the client's own money in trust, which stays the client's" },
  hours_left:              { blocks: false, means: "hours bought ahead, in minutes, that nobody used and that cover nothing after the day" },
} as const satisfies Record<string, { blocks: boolean; means: string }>;

export type ClosureItem = keyof typeof closureItems;

export const closureItemNames = Object.keys(closureItems) as readonly ClosureItem[] as readonly [
  ClosureItem,
  ...ClosureItem[],
];

export type ClosureRefusal = "day_ahead" | "closed_already" | ClosureItem;

/**
 * Why an engagement cannot be closed on a day, every reason; none when it can.
 *
 * @param today where its legal entity is
 * @param closedOn the day it is closed on already
 */
export function judgeClosure(input: {
  readonly on: LocalDate;
  readonly today: LocalDate;
  readonly closedOn: LocalDate | undefined;
  readonly standing: readonly { readonly item: ClosureItem; readonly count: number }[];
}): ClosureRefusal[] {
  const { on, today, closedOn, standing } = input;
  return [
    ...(on > today ? (["day_ahead"] as const) : []),
    ...(closedOn === undefined ? [] : (["closed_already"] as const)),
    ...standing.filter(({ item, count }) => count > 0 && closureItems[item].blocks).map(({ item }) => item),
  ];
}
