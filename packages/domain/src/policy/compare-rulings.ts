import type { Ruling } from "./evaluate.ts";
import type { Outcome } from "./policy-pack.ts";

/**
 * What other rules would mean for something that was judged: whether it stands where it stood. `not_known`: it would stop
 * only because the facts that were kept do not say what a rule asks for.
 */
export const verdicts = ["newly_blocked", "newly_passing", "not_known", "unchanged"] as const;
export type Verdict = (typeof verdicts)[number];

/** One rule that says something else; absent where there is no such rule. */
export type RulingChange = { readonly rule: string; readonly before?: Outcome; readonly after?: Outcome };

/** Holds the rulings of two sets of rules on the same facts against each other. */
export function compareRulings(
  before: readonly Ruling[],
  after: readonly Ruling[],
): { readonly verdict: Verdict; readonly changes: readonly RulingChange[] } {
  return { verdict: verdictOf(standingOf(before), standingOf(after)), changes: changesOf(before, after) };
}

type Standing = "passes" | "blocked" | "not_known";

function standingOf(rulings: readonly Ruling[]): Standing {
  if (rulings.some(({ outcome }) => outcome === "block")) return "blocked";
  return rulings.some(({ outcome }) => outcome === "unknown") ? "not_known" : "passes";
}

/** What is not known stops like what is blocked: from one to the other, nothing changes but what is said about it. */
function verdictOf(before: Standing, after: Standing): Verdict {
  if (after === before) return "unchanged";
  if (after === "passes") return "newly_passing";
  if (after === "not_known") return "not_known";
  return before === "passes" ? "newly_blocked" : "unchanged";
}

function changesOf(before: readonly Ruling[], after: readonly Ruling[]): RulingChange[] {
  const [old, fresh] = [outcomesOf(before), outcomesOf(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].toSorted().flatMap((rule) => {
    const [was, is] = [old.get(rule), fresh.get(rule)];
    if (was === is) return [];
    return [{ rule, ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) }];
  });
}

const outcomesOf = (rulings: readonly Ruling[]): ReadonlyMap<string, Outcome> =>
  new Map(rulings.map(({ ruleId, outcome }) => [ruleId, outcome]));
