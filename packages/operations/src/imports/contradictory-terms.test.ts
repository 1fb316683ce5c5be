import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { ImportKind } from "@plumbline/contract/import-row";
import type { Firm } from "@plumbline/testing/firm";
import { issueOctober, mixedFirm, mixedMasterData } from "@plumbline/testing/mixed-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";

type Scenario = {
  readonly title: string;
  readonly rule: string;
  readonly kind: ImportKind;
  /** `like` names an engagement that there is, and that the row changes; without it an engagement is new. */
  readonly row: Readonly<Record<string, string>>;
  /** The sentence of each column that is wrong. */
  readonly refused: Readonly<Record<string, string>>;
};

const file = new URL("../../../domain/src/engagement/scenarios/contradictory-terms.yaml", import.meta.url);
const scenarios = parse(readFileSync(file, "utf8")) as readonly Scenario[];
const database = useTestDatabase();

describe("terms that contradict themselves, each other or what was billed", () => {
  let firm: Firm;
  beforeAll(async () => {
    firm = await mixedFirm(database.current.pool, { clock: () => new Date("2026-11-03T10:00:00Z") });
    await issueOctober(firm);
  });

  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", async (title, scenario) => {
    expect(scenario.rule).not.toBe("");
    const taken = await firm.take(scenario.kind, [rowOf(scenario, title)]);
    const { rows } = await database.current.admin.query<{ issues: { field: string; reason: string }[] }>(
      "select issues from quarantined_rows where tenant_id = $1 order by id desc limit 1",
      [firm.tenantId],
    );
    const said = rows[0]?.issues.map(({ field, reason }) => [field, reason]) ?? [];
    expect(Object.fromEntries(taken.quarantined === 1 ? said : [])).toEqual(scenario.refused);
  });
});

const rowOf = ({ kind, row: { like, ...row } }: Scenario, title: string): Readonly<Record<string, string>> => {
  if (kind !== "engagements") return row;
  const known = mixedMasterData.engagements.find(({ engagement_key: key }) => key === like);
  return { ...(known ?? { engagement_key: title, client_key: "c3", code: title }), ...row };
};
