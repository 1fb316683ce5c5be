import { applyLayers, type LayeredRule, parametersOf, type RuleSettings } from "./apply-layers.ts";
import { canonicalJson } from "./canonical-json.ts";
import { caseErrors } from "./case-errors.ts";
import { compileExpression } from "./compile-expression.ts";
import type { CompiledCheck, CompiledRule, PolicyBundle, Ruling } from "./evaluate.ts";
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
 *   facts that do not exist, adjustments that no rule above allows, inline cases that turn out otherwise, and rules without a passing and a failing case
 */
export function compileBundle(packs: readonly PolicyPack[], { digest }: Tools): PolicyBundle {
  const sorted = packs.toSorted((left, right) => (left.pack < right.pack ? -1 : left.pack > right.pack ? 1 : 0));
  const errors: PolicyError[] = nameErrors(sorted);
  const hash = digest(canonicalJson({ evaluatorVersion, packs: sorted }));

  const layered = applyLayers(sorted);
  errors.push(...layered.errors);
  const compiled = layered.rules.flatMap((each) => {
    const { pack, rule } = each;
    const report: Report = (field, reason, offset) =>
      errors.push({ pack: pack.pack, rule: rule.id, field, reason, ...(offset !== undefined && { offset }) });
    const made = compileRule(each, hash, report);
    return made === undefined ? [] : [{ on: rule.on, rule: made }];
  });
  if (errors.length > 0) throw policyInvalid(errors);

  const on = (subject: Subject) => compiled.filter((each) => each.on === subject).map(({ rule }) => rule);
  const rulesOn = {
    work: on("work"),
    milestone: on("milestone"),
    expense: on("expense"),
    worker_week: on("worker_week"),
    invoice: on("invoice"),
  };
  return { hash, packs: sorted, rulesOn };
}

type Report = (field: string, reason: string, offset?: number) => void;

/** @returns nothing for a rule that is refused, or that a layer below turned off for everybody */
function compileRule(layered: LayeredRule, bundle: string, report: Report): CompiledRule | undefined {
  const { pack, rule, settings, byClient } = layered;
  const written = compileCheck(rule, { severity: rule.severity, parameters: parametersOf(rule) }, report);
  if (written === undefined) return undefined;
  for (const { field, reason } of caseErrors(rule, written)) report(field, reason);
  if (pack.client !== undefined && rule.on === "worker_week")
    report("on", "a week is worked for several clients, so no client has a rule about it");

  const silent: Report = () => undefined; // It compiled as it was written; other numbers change nothing about that.
  const checkOf = ({ off, severity, parameters }: RuleSettings) =>
    off ? undefined : compileCheck(rule, { severity, parameters }, silent);
  const others = pack.client === undefined ? checkOf(settings) : undefined;
  const of = new Map([...byClient].map(([client, own]) => [client, checkOf(own)] as const));
  if (pack.client !== undefined) of.set(pack.client, checkOf(settings));
  if (others === undefined && of.size === 0) return undefined;
  return {
    ...(others ?? written),
    rulings: rulingsOf(pack.pack, rule, bundle),
    ...(of.size > 0 && { scope: { of, others } }),
  };
}

function compileCheck(
  rule: PolicyRule,
  settings: Pick<RuleSettings, "severity" | "parameters">,
  report: Report,
): CompiledCheck | undefined {
  const compile = (field: string, text: string) => {
    const compiled = compileExpression(rule.on, text, rule.parameters && settings.parameters);
    if (typeof compiled === "function") return compiled;
    report(field, compiled.refused, compiled.offset);
    return undefined;
  };
  const when = rule.when === undefined ? undefined : compile("when", rule.when);
  const require = compile("require", rule.require);
  if (!require || (rule.when !== undefined && !when)) return undefined;
  return { when, require, severity: settings.severity };
}

function rulingsOf(pack: string, rule: PolicyRule, bundle: string): CompiledRule["rulings"] {
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
  return {
    pass: ruling("pass"),
    inform: ruling("inform"),
    warn: ruling("warn"),
    block: ruling("block"),
    unknown: ruling("unknown"),
  };
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
