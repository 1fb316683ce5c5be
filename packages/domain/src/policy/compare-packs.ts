import { canonicalJson } from "./canonical-json.ts";
import type { Subject } from "./facts.ts";
import type { PolicyPack } from "./policy-pack.ts";

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

/**
 * What differs between two sets of packs, rule by rule, and what packs say otherwise about rules of others. A rule is known by
 * its id, whatever pack it stands in.
 */
export function comparePacks(before: readonly PolicyPack[], after: readonly PolicyPack[]): RuleChange[] {
  const [old, fresh] = [rulesOf(before), rulesOf(after)];
  const removed = [...old].flatMap(([key, entry]) => (fresh.has(key) ? [] : [entry]));
  return [
    ...[...fresh].flatMap(([key, entry]): RuleChange[] => {
      const known = old.get(key);
      if (known === undefined) return [changeOf(entry, "added")];
      const members = differingMembers(known, entry);
      return members.length === 0 ? [] : [changeOf(entry, "changed", members)];
    }),
    ...removed.map((entry) => changeOf(entry, "removed")),
  ];
}

type Entry = {
  readonly pack: string;
  readonly layer?: string | undefined;
  readonly client?: string | undefined;
  readonly rule: { readonly id: string; readonly on: Subject };
};

/** Rules by their id, and adjustments by the pack and the rule they are about. */
function rulesOf(packs: readonly PolicyPack[]): ReadonlyMap<string, Entry> {
  const written = new Map(packs.flatMap(({ rules }) => rules.map((rule) => [rule.id, rule] as const)));
  const entries = packs.flatMap(({ pack, layer, client, rules, adjust = [] }): (readonly [string, Entry])[] => [
    ...rules.map((rule) => [rule.id, { pack, layer, client, rule }] as const),
    ...adjust.map(({ rule: id, ...said }, index) => {
      const rule = { ...said, id, on: written.get(id)?.on ?? "invoice" };
      return [`${pack} ${id} ${index}`, { pack, layer, client, rule }] as const;
    }),
  ]);
  return new Map(entries);
}

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
    ({ rule, ...of }) => new Map<string, unknown>(Object.entries({ ...rule, ...of })),
  );
  const names = new Set([...(old?.keys() ?? []), ...(fresh?.keys() ?? [])]);
  return [...names].filter((name) => canonicalJson({ of: old?.get(name) }) !== canonicalJson({ of: fresh?.get(name) }));
}
