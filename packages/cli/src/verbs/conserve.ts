import type { Schemas } from "@plumbline/client/client";
import { type Cell, table } from "../printing/table.ts";
import { count, hours, words } from "../printing/words.ts";
import { type Answer, verb } from "../verb.ts";

export const conserve = verb({
  name: "conserve",
  summary: "Show where every approved minute is, and fail when one is missing",
  examples: ["conserve", "conserve --json"],
  run: async ({ connect, world }) => {
    const { ask } = await connect();
    const balance = await ask((client) => client.GET("/v1/minute-balance"));
    return balanceAnswer(balance, world.out.columns);
  },
});

/** The buckets must add up to all approved work, and none can hold less than nothing. */
export function balanceAnswer(balance: Schemas["MinuteBalance"], width: number | undefined): Answer {
  const buckets = Object.entries(balance.minutes);
  const missing = balance.total - buckets.reduce((sum, [, minutes]) => sum + minutes, 0);
  const overdrawn = buckets.filter(([, minutes]) => minutes < 0).map(([bucket]) => bucket);
  const holds = missing === 0 && overdrawn.length === 0;
  const rows = buckets.map(([bucket, minutes]): readonly Cell[] => [
    words(bucket),
    hours(minutes),
    count(minutes),
    balance.total === 0 ? "" : `${((100 * minutes) / balance.total).toFixed(1)} %`,
  ]);
  return {
    document: { ...balance, missing, holds },
    exit: holds ? "done" : "failed",
    lines: (style) => [
      ...table(
        [
          { title: "where" },
          { title: "hours", align: "right" },
          { title: "minutes", align: "right" },
          { title: "share", align: "right" },
        ],
        [...rows, ["all approved time", hours(balance.total), count(balance.total), ""]],
        { style, width },
      ),
      ...(holds ? [style.good("Every approved minute is in exactly one place.")] : []),
      ...(missing > 0 ? [style.bad(`${count(missing)} minutes are nowhere.`)] : []),
      ...(missing < 0 ? [style.bad(`${count(-missing)} minutes are counted twice.`)] : []),
      ...overdrawn.map((bucket) => style.bad(`More was taken than there is: ${words(bucket)} is below zero.`)),
    ],
  };
}
