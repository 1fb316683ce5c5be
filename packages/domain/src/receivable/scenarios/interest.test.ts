import type { LocalDate } from "../../calendar/local-date.ts";
import { toDecimal } from "../../money/decimal.ts";
import { money } from "../../money/money.ts";
import { type DayCount, interestOn, interestStart, type InterestTerms } from "../late-interest.ts";
import { amountOf, playScenarios } from "./test-kit.ts";

type Given = {
  /** Such as "10000.00 due 2026-11-30". */
  readonly debt: string;
  readonly until: string;
  /** Percent a year, such as "9", or "bgb + 9", or "bgb + 9 floor 0". */
  readonly rate: string;
  /** Percent by the day from which it holds. */
  readonly base?: Readonly<Record<string, string>>;
  readonly dayCount?: DayCount;
  readonly from?: InterestTerms["from"];
  /** What changed the debt by the day: a payment is negative. */
  readonly changes?: Readonly<Record<string, string>>;
};

playScenarios(new URL("interest.yaml", import.meta.url), (given: Given) => {
  const [amount = "", , due = ""] = given.debt.split(" ");
  const { dayCount = "act/365", from = "day_after", base = {}, changes = {} } = given;
  const terms: InterestTerms = { rate: rateOf(given.rate), dayCount, from };
  const baseRates = Object.entries(base).map(([startsOn, percent]) => ({
    name: "bgb",
    startsOn: startsOn as LocalDate,
    basisPoints: basisPoints(percent),
  }));
  const debt = [
    { on: "2026-01-01" as LocalDate, minor: amountOf(amount).minor },
    ...Object.entries(changes).map(([on, change]) => ({ on: on as LocalDate, minor: amountOf(change).minor })),
  ];
  const span = { from: interestStart(due as LocalDate, terms), until: given.until as LocalDate };
  const interest = interestOn(debt, span, { terms, baseRates });
  if (interest === undefined) return "a rate is missing";
  return {
    interest: toDecimal(money(interest.minor, "EUR")),
    lines: interest.lines.map(
      (line) =>
        `${line.from} ${line.days} days of ${toDecimal(money(BigInt(line.principalMinor), "EUR"))} at ${line.basisPoints / 100} %`,
    ),
  };
});

const basisPoints = (percent: string): number => Math.round(Number(percent) * 100);

function rateOf(text: string): InterestTerms["rate"] {
  const [first = "", plus, points = "", , floor] = text.split(" ");
  if (plus === undefined) return { annualBasisPoints: basisPoints(first) };
  return {
    base: first,
    pointsBasisPoints: basisPoints(points),
    ...(floor !== undefined && { baseFloorBasisPoints: basisPoints(floor) }),
  };
}
