import { describe, expect, it } from "vitest";
import { Problem } from "@plumbline/domain/problem";
import { compileBundle } from "./compile-bundle.ts";
import type { PolicyPack, PolicyRule } from "./policy-pack.ts";

/** Long enough to tell texts apart, short enough to read. */
const digest = (text: string) =>
  `${text.length}:${[...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 1e9, 7)}`;

const rule = (change: Partial<PolicyRule> = {}): PolicyRule => ({
  id: "po-covers",
  on: "invoice",
  require: "po.remainingMinor >= invoice.netMinor",
  severity: "block",
  category: "business",
  owner: "project_manager",
  message: "The purchase order has less left than this invoice needs.",
  cases: [
    { given: { po: { remainingMinor: 2 }, invoice: { netMinor: 1 } }, expect: "pass" },
    { given: { po: { remainingMinor: 1 }, invoice: { netMinor: 2 } }, expect: "block" },
  ],
  ...change,
});
const pack = (...rules: PolicyRule[]): PolicyPack => ({ pack: "orders", rules });
const compile = (...packs: PolicyPack[]) => compileBundle(packs, { digest });

function errorsOf(...packs: PolicyPack[]): readonly { rule: string; field: string; reason: string }[] {
  try {
    compile(...packs);
  } catch (error) {
    if (error instanceof Problem && error.kind === "policy-invalid") return error.extra["errors"] as never;
    throw error;
  }
  return [];
}
const refusals = (change: Partial<PolicyRule>) =>
  errorsOf(pack(rule(change))).map(({ field, reason }) => `${field}: ${reason}`);
/** A rule whose cases fit whatever it requires, so that only the expression can be refused. */
const refusalOf = (require: string) => refusals({ require }).filter((line) => line.startsWith("require"))[0];

describe("a bundle", () => {
  it("names every error of every rule at once, with pack, rule, field and reason", () => {
    const errors = errorsOf(
      pack(rule({ when: "client.poRequird", require: "po.remainingMinor" }), rule({ id: "other", cases: [] })),
    );
    expect(errors).toEqual([
      { pack: "orders", rule: "po-covers", field: "when", reason: "No such key: poRequird", offset: 7 },
      { pack: "orders", rule: "po-covers", field: "require", reason: "it must say yes or no, but is of type int" },
      {
        pack: "orders",
        rule: "other",
        field: "cases",
        reason: "no case expects pass, so nothing shows that the rule can say it",
      },
      {
        pack: "orders",
        rule: "other",
        field: "cases",
        reason: "no case expects block, so nothing shows that the rule can say it",
      },
    ]);
  });

  it("refuses two packs of one name and two rules of one id, in one pack or in two", () => {
    const twice = errorsOf(pack(rule(), rule()), { pack: "orders", rules: [] }, { pack: "zeta", rules: [rule()] });
    expect(twice).toEqual([
      { pack: "orders", rule: "po-covers", field: "id", reason: "a rule in orders has the same id" },
      { pack: "orders", rule: "", field: "pack", reason: "another pack has the same name" },
      { pack: "zeta", rule: "po-covers", field: "id", reason: "a rule in orders has the same id" },
    ]);
  });

  it("has the same hash whatever the order of packs and of keys, and another when any rule changes", () => {
    const other: PolicyPack = { pack: "alpha", rules: [rule({ id: "alpha" })] };
    const { hash } = compile(pack(rule()), other);
    const reversed = Object.fromEntries(Object.entries(rule()).reverse()) as PolicyRule;
    expect(compile(other, pack(reversed)).hash).toBe(hash);
    for (const change of [
      { message: "Other." },
      { severity: "warn" as const, cases: warnCases },
      { owner: "controller" as const },
    ]) {
      expect(compile(pack(rule(change)), other).hash).not.toBe(hash);
    }
  });
});

const warnCases = rule().cases.map((each) => (each.expect === "block" ? { ...each, expect: "warn" as const } : each));

describe("an expression", () => {
  it.each([
    ["po.remainingMinor >=", "Unexpected token: EOF"],
    ["po.remainingMinor >= 'a'", "no such overload: int >= string"],
    ["work.minutes > 1", "Unknown variable: work"],
    ["invoice.nett > 1", "No such key: nett"],
    ["invoice", "it must say yes or no, but is of type $invoice"],
    ["invoice.currency.matches('(a+)+$')", "matches is refused: a pattern can be written that runs for ever"],
    ["dyn(po).anything == 1", "a rule cannot call dyn"],
    ["timestamp('2026-01-01T00:00:00Z') < timestamp('2026-02-01T00:00:00Z')", "a rule cannot call timestamp"],
    ["cel.bind(x, 1, x == 1)", "a rule cannot call bind"],
    [
      "engagement.missing.all(a, engagement.missing.exists(b, a == b))",
      "exists stands inside another loop over a list",
    ],
    [
      "engagement.missing.exists(a, size(engagement.missing.filter(b, b == a)) > 1)",
      "filter stands inside another loop over a list",
    ],
    [`invoice.lines in [${Array.from({ length: 101 }, () => "1").join(", ")}]`, "Exceeded maxListElements (100)"],
    [Array.from({ length: 80 }, () => "invoice.first").join(" && "), "Exceeded maxAstNodes (200)"],
    [`${"(".repeat(60)}invoice.first${")".repeat(60)}`, "Exceeded maxDepth (24)"],
    ["{'a': true}.a", "Exceeded maxMapEntries (0)"],
  ])("is refused as %s", (expression, reason) => expect(refusalOf(expression)).toBe(`require: ${reason}`));

  it("may loop over a list, also over what another loop leaves", () => {
    expect(refusalOf("engagement.missing.filter(a, a != 'x').all(b, b.startsWith('y'))")).toBeUndefined();
    expect(refusalOf("!has(po.currency) || po.currency in ['EUR', 'USD']")).toBeUndefined();
  });
});

describe("a case", () => {
  const withCase = (given: PolicyRule["cases"][number]["given"], expects: "pass" | "block" | "unknown" = "pass") =>
    refusals({ cases: [...rule().cases, { given, expect: expects }] });

  it("is refused when the rule decides otherwise", () => {
    expect(withCase({ po: { remainingMinor: 1 }, invoice: { netMinor: 2 } })).toEqual([
      "cases[2]: it expects pass, but the rule says block",
    ]);
    expect(withCase({ po: { remainingMinor: 1 } })).toEqual(["cases[2]: it expects pass, but the rule says unknown"]);
    expect(withCase({}, "unknown")).toEqual([]);
  });

  it("is refused when it speaks of facts that do not exist or are of another type", () => {
    expect(withCase({ purchase: { present: true } })).toEqual([
      "cases[2].given.purchase: there are no facts purchase on invoice",
    ]);
    expect(withCase({ po: { presnt: true } })).toEqual([
      "cases[2].given.po.presnt: there is no fact po.presnt on invoice",
    ]);
    expect(withCase({ po: { toString: 1 } })).toEqual([
      "cases[2].given.po.toString: there is no fact po.toString on invoice",
    ]);
    expect(withCase({ po: { present: "yes" }, invoice: { netMinor: 1.5 }, engagement: { missing: [1] } })).toEqual([
      "cases[2].given.po.present: the fact is of type bool",
      "cases[2].given.invoice.netMinor: the fact is of type int",
      "cases[2].given.engagement.missing: the fact is of type list<string>",
    ]);
  });
});
