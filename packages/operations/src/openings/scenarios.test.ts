import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type MovingScenario, playMoving } from "@plumbline/testing/moving-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();

describe.each([
  "receivable/scenarios/openings",
  "receivable/scenarios/opening-credits",
  "engagement/scenarios/opening-limits",
  "numbering/scenarios/adopted-series",
])("%s", (name) => {
  const file = new URL(`../../../domain/src/${name}.yaml`, import.meta.url);
  const scenarios = parse(readFileSync(file, "utf8"), { merge: true }) as readonly MovingScenario[];

  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", async (_title, scenario) => {
    expect(scenario.rule.length).toBeGreaterThan(0);
    const { said, state } = await playMoving(database.current.pool, scenario);
    expect(said).toEqual(scenario.do.map(({ gives }) => gives));
    expect(state).toMatchObject({ faults: [], differs: [], ...scenario.expect });
    if (scenario.expect.accounts !== undefined) expect(state.accounts).toEqual(scenario.expect.accounts);
  });
});
