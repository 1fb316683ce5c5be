import { addDays, type LocalDate } from "../../calendar/local-date.ts";
import { toDecimal } from "../../money/decimal.ts";
import { money } from "../../money/money.ts";
import { billedOf, type BilledLine } from "../../rating/billed-of-period.ts";
import { shortfallOf } from "../../rating/shortfall.ts";
import { amountOf, playScenarios } from "../../receivable/scenarios/test-kit.ts";
import { type CommittedMinimum, committedPeriods } from "../committed-minimum.ts";

type Given = Pick<CommittedMinimum, "every" | "until" | "includesExpenses" | "endedEarly"> & {
  readonly from: LocalDate;
  readonly minimum: string;
  readonly before: LocalDate;
  readonly closedFrom?: LocalDate;
  /** Terms without a minimum, and terms with another. */
  readonly withoutFrom?: LocalDate;
  readonly then?: { readonly from: LocalDate; readonly minimum: string };
  readonly billed: readonly string[];
};

playScenarios(
  new URL("committed-minimum.yaml", import.meta.url),
  ({ from, minimum, before, closedFrom, withoutFrom, then, billed, ...agreed }: Given) => {
    const first = { ...agreed, startsOn: from, amountMinor: String(amountOf(minimum).minor) };
    const versions = [
      { from, minimum: first },
      ...(withoutFrom ? [{ from: withoutFrom }] : []),
      ...(then ? [{ from: then.from, minimum: { ...first, amountMinor: String(amountOf(then.minimum).minor) } }] : []),
    ];
    return committedPeriods(versions, { before, ...(closedFrom && { closedFrom }) }).map((period) => {
      const includesExpenses = period.agreed.includesExpenses === true;
      const { minor } = billedOf(period, { lines: billed.map(lineOf), includesExpenses });
      const { share } = period;
      const days = share ? ` (${share.days} of ${share.of} days)` : "";
      const lacks = text(shortfallOf(period.minimumMinor, minor));
      return `${period.start} to ${addDays(period.end, -1)}: ${text(period.minimumMinor)}${days} less ${text(minor)} lacks ${lacks}`;
    });
  },
);

const text = (minor: bigint) => toDecimal(money(minor, "EUR"));

/** Such as "F-1: 2026-10-05 60, 2026-10-06 30 = 150.00". */
function lineOf(said: string): BilledLine {
  const [, number = "", expense, days = "", net = ""] = /^(\S+): (expense )?(.+) = (\S+)$/.exec(said) ?? [];
  return {
    number,
    minor: amountOf(net).minor,
    isExpense: expense !== undefined,
    days: days.split(", ").map((part) => {
      const [on = "", minutes = ""] = part.split(" ");
      return { on: on as LocalDate, minutes: Number(minutes) };
    }),
  };
}
