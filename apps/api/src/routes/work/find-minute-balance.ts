import { minuteBalanceWire } from "@plumbline/contract/billing-run";
import { conserveMinutes } from "@plumbline/operations/work/conserve-minutes";
import { countApprovedMinutes } from "@plumbline/operations/work/count-approved-minutes";
import { read } from "../../route.ts";

export const findMinuteBalance = read({
  path: "/v1/minute-balance",
  summary: "See where every approved minute is: each in exactly one place",
  needs: "work.read",
  answers: minuteBalanceWire,
  problems: [],
  // The total is counted apart, or that the buckets add up to it would say nothing.
  handle: async ({ scope }) => ({ minutes: await conserveMinutes(scope), total: await countApprovedMinutes(scope) }),
});
