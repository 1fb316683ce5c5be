import { canonicalJson } from "./canonical-json.ts";
import type { Subject } from "./facts.ts";
import type { PolicyPack, PolicyRule } from "./policy-pack.ts";

export const ruleChanges = ["added", "removed", "changed"] as const;

/** What became of one rule from one set of packs to another. */
export type RuleChange = {
  readonly pack: string;
  readonly rule: string;
  readonly on: Subject;
  readonly change: (typeof ruleChanges)[number];
  /** Which members of a changed rule differ, by name. */
  readonly members: readonly string[];
};

/** What differs between two sets of packs, rule by rule. A rule is known by its id, whatever pack it stands in. */
export function comparePacks(before: readonly PolicyPack[], after: readonly PolicyPack[]): RuleChange[] {
  const [old, fresh] = [rulesOf(before), rulesOf(after)];
  const removed = [...old.values()].filter(({ rule }) => !fresh.has(rule.id));
  return [
    ...[...fresh.values()].flatMap((entry): RuleChange[] => {
      const known = old.get(entry.rule.id);
      if (known === undefined) return [changeOf(entry, "added")];
      const members = differingMembers(known, entry);
      return members.length === 0 ? [] : [changeOf(entry, "changed", members)];
    }),
    ...removed.map((entry) => changeOf(entry, "removed")),
  ];
}

type Entry = { readonly pack: string; readonly layer?: string | undefined; readonly rule: PolicyRule };

const rulesOf = (packs: readonly PolicyPack[]): ReadonlyMap<string, Entry> =>
  new Map(packs.flatMap(({ pack, layer, rules }) => rules.map((rule) => [rule.id, { pack, layer, rule }] as const)));

const changeOf = (
  { pack, rule }: Entry,
  change: RuleChange["change"],
  members: readonly string[] = [],
): RuleChange => ({
  pack,
  rule: rule.id,
  on: rule.on,
  change,
  members,
});

function differingMembers(before: Entry, after: Entry): string[] {
  const [old, fresh] = [before, after].map(
    ({ rule, pack, layer }) => new Map(Object.entries({ ...rule, pack, layer })),
  );
  const names = new Set([...(old?.keys() ?? []), ...(fresh?.keys() ?? [])]);
  return [...names].filter((name) => canonicalJson({ of: old?.get(name) }) !== canonicalJson({ of: fresh?.get(name) }));
}
