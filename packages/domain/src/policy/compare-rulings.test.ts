import { describe, expect, it } from "vitest";
import { comparePacks } from "./compare-packs.ts";
import { compareRulings } from "./compare-rulings.ts";
import type { Ruling } from "./evaluate.ts";
import type { Outcome, PolicyPack, PolicyRule } from "./policy-pack.ts";

const ruled = (outcomes: Readonly<Record<string, Outcome>>): Ruling[] =>
  Object.entries(outcomes).map(([ruleId, outcome]) => ({
    pack: "p",
    category: "business",
    owner: "controller",
    message: "m",
    bundle: "h",
    ruleId,
    outcome,
  }));

describe("other rules on the same facts", () => {
  it.each([
    [{ a: "pass" }, { a: "block" }, "newly_blocked"],
    [{ a: "warn" }, { a: "warn", b: "block" }, "newly_blocked"],
    [{ a: "block" }, { a: "warn" }, "newly_passing"],
    [{ a: "unknown" }, {}, "newly_passing"],
    [{ a: "pass" }, { a: "pass", b: "unknown" }, "not_known"],
    [{ a: "block" }, { a: "unknown" }, "not_known"],
    [{ a: "unknown" }, { a: "block" }, "unchanged"],
    [{ a: "block" }, { b: "block" }, "unchanged"],
    [{ a: "inform" }, { a: "warn" }, "unchanged"],
    [{}, {}, "unchanged"],
  ] as const)("%j and then %j is %s", (before, after, verdict) => {
    expect(compareRulings(ruled(before), ruled(after)).verdict).toBe(verdict);
  });

  it("say rule by rule what changed, also where nothing is stopped by it", () => {
    const { verdict, changes } = compareRulings(
      ruled({ same: "pass", gone: "inform", louder: "inform" }),
      ruled({ same: "pass", louder: "warn", fresh: "pass" }),
    );
    expect(verdict).toBe("unchanged");
    expect(changes).toEqual([
      { rule: "fresh", after: "pass" },
      { rule: "gone", before: "inform" },
      { rule: "louder", before: "inform", after: "warn" },
    ]);
  });
});

const rule = (id: string, change: Partial<PolicyRule> = {}): PolicyRule => ({
  id,
  on: "invoice",
  require: "invoice.first",
  severity: "warn",
  category: "business",
  owner: "controller",
  message: "m",
  cases: [],
  ...change,
});
const pack = (name: string, ...rules: PolicyRule[]): PolicyPack => ({ pack: name, rules });

it("packs differ by the rules that came, went, moved to another pack or say something else", () => {
  const before = [pack("a", rule("same"), rule("gone"), rule("louder"), rule("moved", { on: "work" }))];
  const after = [
    pack("a", rule("same"), rule("louder", { severity: "block", fix: "x" })),
    pack("b", rule("moved"), rule("new")),
  ];
  expect(comparePacks(before, after)).toEqual([
    { pack: "a", rule: "louder", on: "invoice", change: "changed", members: ["severity", "fix"] },
    { pack: "b", rule: "moved", on: "invoice", change: "changed", members: ["on", "pack"] },
    { pack: "b", rule: "new", on: "invoice", change: "added", members: [] },
    { pack: "a", rule: "gone", on: "invoice", change: "removed", members: [] },
  ]);
  expect(comparePacks(after, after)).toEqual([]);
});
