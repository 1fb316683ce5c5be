export type LaneSettings = {
  /** Jobs of the lane that one worker process runs at once. */
  readonly concurrency: number;
  /** Hints that may be unanswered at once; what waits beyond them waits in PostgreSQL, where picking is fair. */
  readonly hintsMax: number;
};

/** Jobs that must not hold each other up travel apart. */
// prettier-ignore
// oxfmt-ignore
export const lanes = {
  // Set-based and long: two of them keep the database busy.
  // Those of one system wait for each other, so a few more than are busy.
  imports:   { concurrency: 3, hintsMax: 40 },
  billing:   { concurrency: 2, hintsMax: 40 },
  documents: { concurrency: 4, hintsMax: 200 },
  mail:      { concurrency: 2, hintsMax: 100 },
} as const satisfies Record<string, LaneSettings>;

export type Lane = keyof typeof lanes;
