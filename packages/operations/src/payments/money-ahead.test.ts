import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { type AheadScenario, playMoneyAhead } from "@plumbline/testing/money-ahead";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
const file = new URL("../../../domain/src/engagement/scenarios/money-ahead.yaml", import.meta.url);
const scenarios = parse(readFileSync(file, "utf8")) as readonly AheadScenario[];

it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", async (_title, scenario) => {
  expect(scenario.rule).not.toBe("");
  const state = await playMoneyAhead(database.current.pool, scenario);
  expect(state).toEqual({ faults: [], differs: [], ...scenario.expect });
});
