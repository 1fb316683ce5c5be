/** What the people of one firm write on their timesheets. */
export type Vocabulary = {
  /** `{name}` in a narrative stands for one of the words listed under that name. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** Practice (an org unit's key) → task → narratives. */
  readonly practices: Readonly<Record<string, Tasks>>;
  /** Name of an internal project → narratives. */
  readonly internal: Tasks;
};

type Tasks = Readonly<Record<string, readonly string[]>>;
