import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { playScenario, type Scenario } from "@plumbline/testing/credit-scenario";

const database = useTestDatabase();
const folder = new URL("../../../domain/src/credit/scenarios/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

describe.each(files)("%s", (file) => {
  const scenarios = parse(readFileSync(new URL(file, folder), "utf8")) as readonly Scenario[];

  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", async (_title, scenario) => {
    expect(scenario.rule.length).toBeGreaterThan(0);
    const { steps, state } = await playScenario(database.current.pool, scenario);
    expect(steps).toEqual(scenario.do.flatMap((step) => ("gives" in step ? [step.gives] : [])));
    expect(state).toEqual({ faults: [], differs: [], ...scenario.expect });
  });
});
