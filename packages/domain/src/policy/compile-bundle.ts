import { canonicalJson } from "./canonical-json.ts";
import { caseErrors } from "./case-errors.ts";
import { compileExpression, type Predicate } from "./compile-expression.ts";
import type { CompiledRule, PolicyBundle, Ruling } from "./evaluate.ts";
import type { Subject } from "./facts.ts";
import { type PolicyError, policyInvalid } from "./policy-error.ts";
import type { Outcome, PolicyPack, PolicyRule } from "./policy-pack.ts";

type Tools = {
  /** A hash of text, in text; SHA-256 in hex outside of tests. The domain computes none of its own. */
  readonly digest: (text: string) => string;
};

/** Part of the hash: raised when the same rules would be judged otherwise than before. */
const evaluatorVersion = 1;

/**
 * Checks and compiles packs for use. Their order does not matter: packs are taken by name.
 *
 * @throws Problem `policy-invalid` with `extra.errors`, a list of PolicyError: every one found, never just the first.
 *   Among them are two packs or rules of one name, CEL that does not parse, type-check or stay within its limits,
 *   facts that do not exist, inline cases that turn out otherwise, and rules without a passing and a failing case
 */
export function compileBundle(packs: readonly PolicyPack[], { digest }: Tools): PolicyBundle {
  const sorted = packs.toSorted((left, right) => (left.pack < right.pack ? -1 : left.pack > right.pack ? 1 : 0));
  const errors: PolicyError[] = nameErrors(sorted);
  const hash = digest(canonicalJson({ evaluatorVersion, packs: sorted }));

  const compiled = sorted.flatMap(({ pack, rules }) =>
    rules.map((rule) => {
      const report = (field: string, reason: string) => errors.push({ pack, rule: rule.id, field, reason });
      return { on: rule.on, rule: compileRule(pack, rule, hash, report) };
    }),
  );
  if (errors.length > 0) throw policyInvalid(errors);

  const on = (subject: Subject) => compiled.filter((each) => each.on === subject).flatMap(({ rule }) => rule ?? []);
  const rulesOn = {
    work: on("work"),
    milestone: on("milestone"),
    expense: on("expense"),
    worker_week: on("worker_week"),
    invoice: on("invoice"),
  };
  return { hash, packs: sorted, rulesOn };
}

type Report = (field: string, reason: string) => void;

function compileRule(pack: string, rule: PolicyRule, bundle: string, report: Report): CompiledRule | undefined {
  const when = rule.when === undefined ? undefined : compileField(rule, "when", rule.when, report);
  const require = compileField(rule, "require", rule.require, report);
  if (!require || (rule.when !== undefined && !when)) return undefined;

  for (const { field, reason } of caseErrors(rule, { when, require, severity: rule.severity })) report(field, reason);
  const ruling = (outcome: Outcome): Ruling =>
    Object.freeze({
      pack,
      ruleId: rule.id,
      outcome,
      category: rule.category,
      owner: rule.owner,
      message: rule.message,
      ...(rule.fix !== undefined && { fix: rule.fix }),
      bundle,
    });
  const rulings = {
    pass: ruling("pass"),
    inform: ruling("inform"),
    warn: ruling("warn"),
    block: ruling("block"),
    unknown: ruling("unknown"),
  };
  return { when, require, severity: rule.severity, rulings };
}

function compileField(rule: PolicyRule, field: string, text: string, report: Report): Predicate | undefined {
  const compiled = compileExpression(rule.on, text);
  if (typeof compiled === "function") return compiled;
  report(field, compiled.refused);
  return undefined;
}

/** A ruling names its rule by id alone, so ids are unique over all packs. */
function nameErrors(packs: readonly PolicyPack[]): PolicyError[] {
  const errors: PolicyError[] = [];
  const packOfRule = new Map<string, string>();
  const names = new Set<string>();
  for (const { pack, rules } of packs) {
    if (names.has(pack)) errors.push({ pack, rule: "", field: "pack", reason: "another pack has the same name" });
    names.add(pack);
    for (const { id } of rules) {
      const other = packOfRule.get(id);
      if (other !== undefined)
        errors.push({ pack, rule: id, field: "id", reason: `a rule in ${other} has the same id` });
      packOfRule.set(id, pack);
    }
  }
  return errors;
}
