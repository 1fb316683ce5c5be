import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Currency } from "../../money/currency.ts";
import { parseDecimal } from "../../money/decimal.ts";
import type { Money } from "../../money/money.ts";

/** A worked example of money that comes in, or does not; amounts are decimal text. */
type Scenario = {
  readonly title: string;
  /** Why it comes out so: the rule it follows. */
  readonly rule: string;
  // Each file is read by one test alone, which knows what it is given.
  readonly given: never;
  readonly expect: unknown;
};

/** Makes a test of each scenario of a file. */
export function playScenarios(file: URL, play: (given: never) => unknown): void {
  const scenarios = parse(readFileSync(file, "utf8")) as readonly Scenario[];
  describe(file.pathname.split("/").at(-1) ?? "", () => {
    it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", (_title, scenario) => {
      expect(scenario.rule.length).toBeGreaterThan(0);
      expect(play(scenario.given)).toEqual(scenario.expect);
    });
  });
}

export function amountOf(text: string, currency: Currency = "EUR"): Money {
  const amount = parseDecimal(text, currency);
  if (amount === undefined) throw new Error(`“${text}” is not an amount in ${currency}`);
  return amount;
}
