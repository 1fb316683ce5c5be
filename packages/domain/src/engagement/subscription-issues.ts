import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { beginsPeriod } from "./recurrence.ts";
import { endOf, renewalsUntil, type Subscription } from "./subscription.ts";

/** What contradicts itself in a subscription: the member that has to change, and why, in a sentence. */
export type SubscriptionIssue = {
  readonly member: "prices" | "quantities" | "renews" | "upliftBasisPoints" | "cancelledFrom" | "billedThrough";
  readonly reason: string;
};

export function subscriptionIssues(subscription: Subscription): SubscriptionIssue[] {
  const { startsOn, termMonths, renews, upliftBasisPoints, prices, quantities, cancelledFrom } = subscription;
  const issues: SubscriptionIssue[] = [];
  const refuse = (member: SubscriptionIssue["member"], reason: string) => issues.push({ member, reason });
  if (!renews && termMonths === undefined) refuse("renews", "says that it ends with its term, and no term was agreed");
  if (upliftBasisPoints !== undefined && (!renews || termMonths === undefined)) {
    refuse("upliftBasisPoints", "is added at renewals, and it does not renew");
  }
  if (upliftBasisPoints !== undefined && prices.length > 1) {
    refuse("upliftBasisPoints", "cannot be added to prices that were given for later days");
  }
  for (const { from } of prices.slice(1)) {
    if (termMonths !== undefined && !renewalsUntil(subscription, from).includes(from)) {
      refuse("prices", `change on ${from}, which is no day of a renewal`);
    }
  }
  if (outOfOrder(prices)) refuse("prices", "are not in the order of their days");
  if (outOfOrder(quantities)) refuse("quantities", "are not in the order of their days");
  if (quantities.slice(1).some(({ from }) => from <= startsOn)) {
    refuse("quantities", `change on or before ${startsOn}, the first day`);
  }
  if (cancelledFrom !== undefined && cancelledFrom <= startsOn) {
    refuse("cancelledFrom", `is not after ${startsOn}, the first day`);
  }
  return [...issues, ...billedElsewhere(subscription)];
}

/** What another system billed ends where a period does, or nobody could say what is left of it. */
function billedElsewhere(subscription: Subscription): SubscriptionIssue[] {
  const { billedThrough } = subscription;
  if (billedThrough === undefined) return [];
  const next = addDays(billedThrough, 1);
  if (beginsPeriod(subscription, next) || next === endOf(subscription) || next === subscription.startsOn) return [];
  return [{ member: "billedThrough", reason: `${billedThrough} is not the last day of a period` }];
}

const outOfOrder = (dated: readonly { readonly from: LocalDate }[]): boolean =>
  dated.some(({ from }, index) => index > 0 && from <= (dated[index - 1] as { from: LocalDate }).from);
