import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type DatedScenario, playDated } from "@plumbline/testing/dated-scenario";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();

describe.each(["tax/scenarios/tax-points", "engagement/scenarios/withholding", "receivable/scenarios/early-payment"])(
  "%s",
  (name) => {
    const file = new URL(`../../../domain/src/${name}.yaml`, import.meta.url);
    const scenarios = parse(readFileSync(file, "utf8")) as readonly DatedScenario[];

    it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", async (_title, scenario) => {
      expect(scenario.rule.length).toBeGreaterThan(0);
      const { said, state } = await playDated(database.current, scenario);
      expect(said).toEqual(scenario.do.map(({ gives }) => gives));
      expect(state).toMatchObject({ faults: [], differs: [], ...scenario.expect });
      if (scenario.expect.accounts !== undefined) expect(state.accounts).toEqual(scenario.expect.accounts);
    });
  },
);
