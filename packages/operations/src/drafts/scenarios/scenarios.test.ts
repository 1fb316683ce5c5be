import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { readBundle } from "../../policies/policy-bundles.ts";
import { draftClient } from "../draft-client.ts";
import { bookOf } from "./scenario-book.ts";
import { decisionsOf } from "./scenario-decisions.ts";
import { drafted, type Scenario } from "./scenario-kit.ts";
import { workOf } from "./scenario-work.ts";

const folder = new URL("../../../../domain/src/rating/scenarios/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
let bundle: PolicyBundle;

beforeAll(async () => {
  bundle = await readBundle(["tenants/_platform/policies"]);
});

describe.each(files)("%s", (file) => {
  const scenarios = parse(readFileSync(new URL(file, folder), "utf8")) as readonly Scenario[];

  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", (_title, scenario) => {
    expect(scenario.rule.length).toBeGreaterThan(0);
    const screening = { duplicates: new Set<never>(), overlaps: new Set<never>(), weeks: new Map<string, never>() };
    const work = { ...workOf(scenario), writeDowns: decisionsOf(scenario) };
    const result = draftClient(bookOf(scenario, bundle), { ...work, screening, weeks: new Map() });
    expect(drafted(result, scenario.expect)).toEqual(scenario.expect);
  });
});
