import { describe, expect, it } from "vitest";
import { compileBundle } from "./compile-bundle.ts";
import { factListLengthMax } from "./compile-expression.ts";
import { blocks, evaluate } from "./evaluate.ts";
import type { Facts } from "./facts.ts";
import type { PolicyRule } from "./policy-pack.ts";

const rule = (change: Partial<PolicyRule>): PolicyRule => ({
  id: "approved",
  on: "work",
  require: "work.status == 'approved'",
  severity: "block",
  category: "business",
  owner: "project_manager",
  message: "Only approved time is billed.",
  cases: [
    { given: { work: { status: "approved" } }, expect: "pass" },
    { given: { work: { status: "submitted" } }, expect: change.severity ?? "block" },
  ],
  ...change,
});
const bundleOf = (...rules: PolicyRule[]) => compileBundle([{ pack: "time", rules }], { digest: () => "hash" });

const work: Facts<"work"> = {
  work: { status: "approved", minutes: 480n, entries: 1n, duplicate: false, overlapping: false, late: false },
  worker: { role: "Senior" },
  narrative: { words: 6n, vague: false, lumpedMinutes: 0n },
  rate: { found: true, issue: "" },
  project: { billable: true, active: true },
  client: { id: "c1" },
  engagement: { ready: true, missing: [], billable: true },
};
const withStatus = (status: string | undefined) => ({ ...work, work: { ...work.work, status } });

describe("evaluate", () => {
  it("gives one ruling per rule of the subject, in order, with what an exception needs", () => {
    const bundle = bundleOf(
      rule({ fix: "approve-time" }),
      rule({ id: "advice", severity: "warn" }),
      rule({
        id: "week",
        on: "worker_week",
        require: "week.minutes <= 4800",
        cases: [
          { given: { week: { minutes: 1 } }, expect: "pass" },
          { given: { week: { minutes: 4801 } }, expect: "block" },
        ],
      }),
    );
    expect(evaluate(bundle, "work", withStatus("submitted"))).toEqual([
      {
        pack: "time",
        ruleId: "approved",
        outcome: "block",
        category: "business",
        owner: "project_manager",
        message: "Only approved time is billed.",
        fix: "approve-time",
        bundle: "hash",
      },
      expect.objectContaining({ ruleId: "advice", outcome: "warn" }),
    ]);
    expect(evaluate(bundle, "work", work).map(({ outcome }) => outcome)).toEqual(["pass", "pass"]);
  });

  it("rules unknown, and so blocks, when a fact is missing or of the wrong type", () => {
    const bundle = bundleOf(
      rule({}),
      rule({
        id: "found",
        require: "rate.found",
        cases: [
          { given: { rate: { found: true } }, expect: "pass" },
          { given: { rate: { found: false } }, expect: "block" },
        ],
      }),
    );
    const spoiled = { ...withStatus(undefined), rate: { found: "true", issue: "" } } as unknown as Facts<"work">;
    const rulings = evaluate(bundle, "work", spoiled);
    expect(rulings.map(({ outcome }) => outcome)).toEqual(["unknown", "unknown"]);
    expect(rulings.every(blocks)).toBe(true);
    expect(evaluate(bundle, "work", {} as Facts<"work">).every(blocks)).toBe(true);
  });

  it("rules unknown when it cannot tell whether a rule applies, even if what it requires holds", () => {
    const cases: PolicyRule["cases"] = [
      { given: { project: { active: true }, work: { status: "approved" } }, expect: "pass" },
      { given: { project: { active: true }, work: { status: "submitted" } }, expect: "block" },
    ];
    const bundle = bundleOf(rule({ when: "project.active", cases }));
    const facts = { ...work, project: { billable: true, active: undefined } };
    expect(evaluate(bundle, "work", facts).map(({ outcome }) => outcome)).toEqual(["unknown"]);
  });

  it("needs no fact that cannot change the answer", () => {
    const bundle = bundleOf(rule({ require: "work.status == 'approved' && work.minutes > 0", cases: minuteCases }));
    const facts = { ...work, work: { ...work.work, status: "submitted", minutes: undefined } };
    expect(evaluate(bundle, "work", facts).map(({ outcome }) => outcome)).toEqual(["block"]);
  });

  it("computes with amounts beyond what a float can hold, and rules unknown past 64 bits", () => {
    const bundle = bundleOf(
      rule({ require: "work.minutes + 1 == 9007199254740993 || work.minutes == 1", cases: exactCases }),
    );
    const outcome = (minutes: bigint) =>
      evaluate(bundle, "work", { ...work, work: { ...work.work, minutes } })[0]?.outcome;
    expect([outcome(2n ** 53n), outcome(2n ** 53n + 1n), outcome(2n ** 63n - 1n)]).toEqual([
      "pass",
      "block",
      "unknown",
    ]);
  });

  it("rules unknown rather than walk a list without end", () => {
    const cases: PolicyRule["cases"] = [
      { given: { engagement: { missing: [] } }, expect: "pass" },
      { given: { engagement: { missing: ["approver"] } }, expect: "block" },
    ];
    const bundle = bundleOf(rule({ require: "engagement.missing.all(m, m != 'approver')", cases }));
    const outcome = (length: number) => {
      const missing = Array.from({ length }, () => "terms");
      return evaluate(bundle, "work", { ...work, engagement: { ...work.engagement, missing } })[0]?.outcome;
    };
    expect([outcome(factListLengthMax), outcome(factListLengthMax + 1)]).toEqual(["pass", "unknown"]);
  });

  it("lets only block and unknown stop a subject", () => {
    const { rulesOn } = bundleOf(rule({}));
    const { pass, inform, warn, block, unknown } = rulesOn.work[0]?.rulings ?? expect.fail("the rule is not there");
    expect([pass, inform, warn, block, unknown].map(blocks)).toEqual([false, false, false, true, true]);
  });
});

const minuteCases: PolicyRule["cases"] = [
  { given: { work: { status: "approved", minutes: 1 } }, expect: "pass" },
  { given: { work: { status: "approved", minutes: 0 } }, expect: "block" },
];
const exactCases: PolicyRule["cases"] = [
  { given: { work: { minutes: 1 } }, expect: "pass" },
  { given: { work: { minutes: 2 } }, expect: "block" },
];
