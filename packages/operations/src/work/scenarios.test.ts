import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type MovingScenario, playMovingTime } from "@plumbline/testing/moving-time";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
const folder = new URL("../../../domain/src/worklog/scenarios/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

describe.each(files)("%s", (file) => {
  const scenarios = parse(readFileSync(new URL(file, folder), "utf8")) as readonly MovingScenario[];

  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", async (_title, scenario) => {
    expect(scenario.rule.length).toBeGreaterThan(0);
    const state = await playMovingTime(database.current.pool, scenario);
    expect(state).toEqual({ faults: [], differs: [], ...scenario.expect });
  });
});
