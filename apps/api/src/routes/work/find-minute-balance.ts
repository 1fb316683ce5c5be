import { minuteBalanceWire } from "@plumbline/contract/billing-run";
import { conserveMinutes } from "@plumbline/operations/work/conserve-minutes";
import { read } from "../../route.ts";

export const findMinuteBalance = read({
  path: "/v1/minute-balance",
  summary: "See where every approved minute is: each in exactly one place",
  needs: "work.read",
  answers: minuteBalanceWire,
  problems: [],
  handle: async ({ scope }) => {
    const minutes = await conserveMinutes(scope);
    return { minutes, total: Object.values(minutes).reduce((sum, part) => sum + part, 0) };
  },
});
