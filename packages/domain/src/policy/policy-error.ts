import { Problem } from "@plumbline/domain/problem";

/** One thing wrong with one place of a policy. */
export type PolicyError = {
  readonly pack: string;
  /** The rule's id, or its position such as `rules[2]` while it has none; empty for the pack as a whole. */
  readonly rule: string;
  /** The path inside the rule, such as `require` or `cases[0].given.po.present`. */
  readonly field: string;
  readonly reason: string;
  /** How many characters into the text of the field, where the reason is about a place in it. */
  readonly offset?: number;
  /** Where it stands, when it came from a file. */
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
};

/** All errors at once, because an author who sees one at a time publishes once per error. */
export function policyInvalid(errors: readonly PolicyError[]): Problem {
  const lines = errors.map(
    ({ pack, rule, field, reason, at }) =>
      `${at ? `${at.file}:${at.line}:${at.column} ` : ""}${[pack, rule, field].filter(Boolean).join(" › ")}: ${reason}`,
  );
  return new Problem("policy-invalid", { detail: lines.join("\n"), extra: { errors } });
}
