/** What rules may know of a narrative; the text itself is not kept for it. */
export type NarrativeFacts = {
  /** Up to `wordsMax`: more say no more about quality, and entries that differ in them alone are judged together. */
  readonly words: number;
  readonly tasks: number;
  readonly vague: boolean;
};

const wordsMax = 20;

/** Says nothing in any trade, whatever the work was. Compared whole, without case and punctuation. */
const vaguePhrases: ReadonlySet<string> = new Set([
  "admin",
  "as discussed",
  "attention to file",
  "attention to matter",
  "call",
  "calls",
  "email",
  "emails",
  "etc",
  "file review",
  "general",
  "meeting",
  "meetings",
  "misc",
  "miscellaneous",
  "review documents",
  "review file",
  "support",
  "tbd",
  "various",
  "various tasks",
  "work",
  "work on file",
  "work on matter",
  "work on project",
]);

/** Authors divide tasks by semicolons or by lines; a comma or an "and" may as well stand inside one task. */
export function narrativeFacts(text: string): NarrativeFacts {
  const words = text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [];
  const tasks = text.split(/[;\n]/u).filter((part) => /\p{L}/u.test(part)).length;
  return {
    words: Math.min(words.length, wordsMax),
    tasks,
    vague: words.length === 0 || vaguePhrases.has(words.join(" ").toLowerCase()),
  };
}
