import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type MergingScenario, playMerging } from "@plumbline/testing/merging-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();

describe("party/scenarios/merging", () => {
  const file = new URL("../../../domain/src/party/scenarios/merging.yaml", import.meta.url);
  const scenarios = parse(readFileSync(file, "utf8")) as readonly MergingScenario[];

  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", async (_title, scenario) => {
    expect(scenario.rule.length).toBeGreaterThan(0);
    const { said, state } = await playMerging(database.current.pool, scenario);
    expect(said).toEqual(scenario.do.map(({ gives }) => gives));
    expect(state).toMatchObject({ faults: [], differs: [], ...scenario.expect });
  });
});
