import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { reconcileTrust } from "./reconcile.ts";

type Scenario = {
  readonly title: string;
  readonly rule: string;
  /** Minor units. */
  readonly given: {
    readonly statement: number;
    readonly outstanding?: readonly number[];
    readonly ledger: number;
    readonly matters: Readonly<Record<string, number>>;
  };
  readonly expect: readonly string[];
};

const scenarios = parse(
  readFileSync(new URL("scenarios/reconcile.yaml", import.meta.url), "utf8"),
) as readonly Scenario[];

describe("three-way reconciliation", () => {
  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))(
    "%s",
    (_title, { rule, given, expect: wanted }) => {
      expect(rule.length).toBeGreaterThan(0);
      const found = reconcileTrust({
        statementMinor: BigInt(given.statement),
        outstanding: (given.outstanding ?? []).map((minor) => ({ what: "cheque", minor: BigInt(minor) })),
        ledgerMinor: BigInt(given.ledger),
        matters: Object.entries(given.matters).map(([name, minor]) => ({ name, minor: BigInt(minor) })),
      });
      expect(found.map(({ kind, minor }) => `${kind} ${minor}`)).toEqual(wanted);
    },
  );
});
