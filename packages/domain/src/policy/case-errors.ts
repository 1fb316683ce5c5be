import type { FactGroups } from "./compile-expression.ts";
import { type CompiledCheck, outcomeOf } from "./evaluate.ts";
import { type FactType, factTypesOf, type Subject } from "./facts.ts";
import type { PolicyCase, PolicyRule } from "./policy-pack.ts";

type CaseError = { readonly field: string; readonly reason: string };

/** Runs a rule's inline cases and says which turn out otherwise, speak of facts that do not exist, or are not there. */
export function caseErrors(rule: PolicyRule, compiled: CompiledCheck): CaseError[] {
  const errors = rule.cases.flatMap((each, index) => {
    const field = `cases[${index}]`;
    const unusable = givenErrors(rule.on, each, field);
    if (unusable.length > 0) return unusable;
    const outcome = outcomeOf(compiled, factsOf(rule.on, each));
    return outcome === each.expect
      ? []
      : [{ field, reason: `it expects ${each.expect}, but the rule says ${outcome}` }];
  });
  for (const wanted of ["pass", rule.severity]) {
    if (rule.cases.some((each) => each.expect === wanted)) continue;
    errors.push({ field: "cases", reason: `no case expects ${wanted}, so nothing shows that the rule can say it` });
  }
  return errors;
}

function givenErrors(subject: Subject, { given }: PolicyCase, field: string): CaseError[] {
  const types = factTypesOf(subject);
  return Object.entries(given).flatMap(([group, facts]) => {
    const schema = Object.hasOwn(types, group) ? types[group] : undefined;
    if (!schema) return [{ field: `${field}.given.${group}`, reason: `there are no facts ${group} on ${subject}` }];
    return Object.entries(facts).flatMap(([name, value]) => {
      const type = Object.hasOwn(schema, name) ? schema[name] : undefined;
      const at = `${field}.given.${group}.${name}`;
      if (!type) return [{ field: at, reason: `there is no fact ${group}.${name} on ${subject}` }];
      return isOfType[type](value) ? [] : [{ field: at, reason: `the fact is of type ${type}` }];
    });
  });
}

const isOfType: Readonly<Record<FactType, (value: unknown) => boolean>> = {
  bool: (value) => typeof value === "boolean",
  int: (value) => Number.isSafeInteger(value),
  string: (value) => typeof value === "string",
  "list<string>": (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
};

/** The facts of a case as rules read them. Every group is there, so that one missing fact is what is missing. */
function factsOf(subject: Subject, { given }: PolicyCase): FactGroups {
  const read = (value: unknown) => (typeof value === "number" ? BigInt(value) : value);
  return Object.fromEntries(
    Object.keys(factTypesOf(subject)).map((group) => [
      group,
      Object.fromEntries(Object.entries(given[group] ?? {}).map(([name, value]) => [name, read(value)])),
    ]),
  );
}
