import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { blocks, evaluate } from "@plumbline/domain/policy/evaluate";
import { compileBundle } from "@plumbline/domain/policy/compile-bundle";
import type { Facts } from "@plumbline/domain/policy/facts";
import { Problem } from "@plumbline/domain/problem";
import { parsePolicyPack } from "./policy-pack.ts";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const folder = new URL("../../../tenants/_platform/policies/", import.meta.url);

const packsIn = (of: URL) =>
  readdirSync(of)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => parsePolicyPack(parse(readFileSync(new URL(file, of), "utf8")), file));
const platformPacks = () => packsIn(folder);

const verticals = new URL("../../../tenants/_verticals/", import.meta.url);

const rule = {
  id: "hours",
  on: "worker_week",
  require: "week.minutes <= 4800",
  severity: "block",
  category: "business",
  owner: "project_manager",
  message: "Too much.",
  cases: [{ given: { week: { minutes: 1 } }, expect: "pass" }],
};

function errorsOf(value: unknown): unknown {
  try {
    parsePolicyPack(value, "week.yaml");
  } catch (error) {
    if (error instanceof Problem) return error.extra["errors"];
  }
  return [];
}

describe("policy pack files", () => {
  it("are refused with pack, rule and field of everything that is wrong, all at once", () => {
    const [a, b, c] = [
      { ...rule, severity: "fatal", surprise: true },
      { ...rule, id: undefined, owner: "boss" },
      { ...rule, cases: [{ given: { week: 5 }, expect: "maybe" }] },
    ];
    expect(errorsOf({ pack: "week", rules: [a, b, c] })).toMatchObject([
      { pack: "week", rule: "hours", field: "severity" },
      { pack: "week", rule: "hours", field: "", reason: 'Unrecognized key: "surprise"' },
      { pack: "week", rule: "rules[1]", field: "id" },
      { pack: "week", rule: "rules[1]", field: "owner" },
      { pack: "week", rule: "hours", field: "cases[0].given.week" },
      { pack: "week", rule: "hours", field: "cases[0].expect" },
    ]);
  });

  it.each([
    null,
    "text",
    [],
    {},
    { pack: 5, rules: [rule] },
    { pack: "Week One", rules: [rule] },
    { pack: "week", rules: [] },
  ])("are refused by the file's name when they are %j", (value) => expect(errorsOf(value)).not.toEqual([]));

  it("give back exactly what was written", () => {
    expect(parsePolicyPack({ pack: "week", rules: [rule] }, "week.yaml")).toEqual({ pack: "week", rules: [rule] });
  });
});

describe("the platform's packs", () => {
  it("compile with all their cases into one bundle", () => {
    const bundle = compileBundle(platformPacks(), { digest });
    expect(bundle.packs.map(({ pack, rules }) => `${pack}: ${rules.map(({ id }) => id).join(", ")}`)).toEqual([
      "budget: budget-nearly-used, budget-used-up",
      "completeness: held-time-left-behind",
      "engagement: engagement-not-ready, engagement-not-ready-to-invoice",
      "expenses: expense-not-approved, expense-category-not-allowed, expense-receipt-missing, disbursement-receipt-missing, exchange-rate-missing",
      "jurisdictions: reverse-charge-buyer-tax-id, de-at-domestic-reverse-charge, us-no-vat-treatment",
      "milestones: milestone-not-accepted, milestone-evidence-missing",
      "purchase-orders: po-required, po-invalid, po-exhausted",
      "tax: tax-not-settled, fx-rate-missing",
      "time: rate-missing, time-not-approved, duplicate-time, overlapping-time, non-billable-project, inactive-project, time-past-submission-limit, worker-without-role",
      "weekly-hours: weekly-hours-implausible, weekly-hours-unusual",
    ]);
    expect(bundle.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("let clean work through and say nothing more", () => {
    expect(judgeWork({}).filter(({ outcome }) => outcome !== "pass")).toEqual([]);
  });

  it("hold exactly the work that is broken", () => {
    const held = (change: Partial<Facts<"work">["work"]>) =>
      judgeWork(change)
        .filter(blocks)
        .map(({ ruleId }) => ruleId);
    expect(held({ status: "submitted" })).toEqual(["time-not-approved"]);
    expect(held({ duplicate: true, overlapping: true })).toEqual(["duplicate-time", "overlapping-time"]);
  });
});

describe("the packs of verticals", () => {
  const known = readdirSync(verticals);

  it("are there for each trade that is served", () =>
    expect(known.toSorted()).toEqual(["consulting", "engineering", "field-services", "it-services", "legal"]));

  it.each(known)("compile on top of the platform's, named after %s, and bind the firms below", (vertical) => {
    const packs = packsIn(new URL(`${vertical}/`, verticals));
    expect(() => compileBundle([...platformPacks(), ...packs], { digest })).not.toThrow();
    expect(packs.map(({ layer }) => layer)).toEqual(["partner"]);
    const ids = packs.flatMap(({ rules }) => rules.map(({ id }) => id));
    expect(ids.filter((id) => !id.startsWith(`${vertical}-`))).toEqual([]);
  });
});

function judgeWork(change: Partial<Facts<"work">["work"]>) {
  const clean = {
    status: "approved",
    minutes: 90n,
    entries: 1n,
    duplicate: false,
    overlapping: false,
    late: false,
  };
  return evaluate(compileBundle(platformPacks(), { digest }), "work", {
    work: { ...clean, ...change },
    rate: { found: true, issue: "" },
    project: { billable: true, active: true },
    client: { id: "c1" },
    worker: { role: "Senior" },
    narrative: { words: undefined, vague: undefined, lumpedMinutes: undefined },
    engagement: { ready: true, missing: [], billable: true },
  });
}
