import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type DatedScenario, playDated } from "@plumbline/testing/dated-scenario";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
const folder = new URL("../../../domain/src/deposit/scenarios/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

describe.each(files)("%s", (file) => {
  const scenarios = parse(readFileSync(new URL(file, folder), "utf8")) as readonly DatedScenario[];

  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", async (_title, scenario) => {
    expect(scenario.rule.length).toBeGreaterThan(0);
    const { said, state } = await playDated(database.current, scenario);
    expect(said).toEqual(scenario.do.map(({ gives }) => gives));
    expect(state).toMatchObject({ faults: [], differs: [], ...scenario.expect });
    if (scenario.expect.accounts !== undefined) expect(state.accounts).toEqual(scenario.expect.accounts);
  });
});
