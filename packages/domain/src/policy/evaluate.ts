import type { Role } from "@plumbline/domain/access/roles";
import type { FactGroups, Predicate } from "./compile-expression.ts";
import type { Facts, Subject } from "./facts.ts";
import type { Outcome, PolicyCategory, PolicyPack, Severity } from "./policy-pack.ts";

/** What a rule decided. Everything in it is fixed when the rule is compiled, so rulings are shared and cost nothing. */
export type Ruling = {
  readonly pack: string;
  readonly ruleId: string;
  readonly outcome: Outcome;
  readonly category: PolicyCategory;
  readonly owner: Role;
  readonly message: string;
  readonly fix?: string;
  /** Hash of the compiled bundle, stored with the decision so that it can be replayed years later. */
  readonly bundle: string;
};

/** What decides on facts. */
export type CompiledCheck = {
  readonly severity: Severity;
  readonly when: Predicate | undefined;
  readonly require: Predicate;
};

export type CompiledRule = CompiledCheck & {
  readonly rulings: Readonly<Record<Outcome, Ruling>>;
  /** Present where it is another rule for some clients, or none for others. */
  readonly scope?: ClientScope;
};

/** A rule by client; undefined where it does not hold. */
export type ClientScope = {
  readonly of: ReadonlyMap<string, CompiledCheck | undefined>;
  readonly others: CompiledCheck | undefined;
};

/** Packs that were checked, compiled and sealed with a hash. Made by `compileBundle` only. */
export type PolicyBundle = {
  readonly hash: string;
  readonly packs: readonly PolicyPack[];
  readonly rulesOn: Readonly<Record<Subject, readonly CompiledRule[]>>;
};

/**
 * Judges one subject. Pure: same bundle and facts, same rulings, one per rule, packs by name and rules in file order.
 * A rule that cannot be computed (a fact is missing, the expression fails) rules `unknown`, and unknown blocks: silence
 * must never approve anything.
 */
export function evaluate<S extends Subject>(bundle: PolicyBundle, subject: S, facts: Facts<S>): Ruling[] {
  return bundle.rulesOn[subject].map((rule) => rule.rulings[outcomeFor(rule, facts as FactGroups)]);
}

function outcomeFor(rule: CompiledRule, facts: FactGroups): Outcome {
  const { scope } = rule;
  if (scope === undefined) return outcomeOf(rule, facts);
  const client = facts["client"]?.["id"];
  if (typeof client !== "string") return "unknown";
  const check = scope.of.has(client) ? scope.of.get(client) : scope.others;
  return check === undefined ? "pass" : outcomeOf(check, facts);
}

/** Whether the ruling stops its subject. */
export const blocks = (ruling: Ruling): boolean => ruling.outcome === "block" || ruling.outcome === "unknown";

/** What one rule says to some facts. A rule that does not apply passes. */
export function outcomeOf(rule: CompiledCheck, facts: FactGroups): Outcome {
  const applies = rule.when === undefined || rule.when(facts);
  if (applies === "unknown") return "unknown";
  const holds = !applies || rule.require(facts);
  return holds === "unknown" ? "unknown" : holds ? "pass" : rule.severity;
}
