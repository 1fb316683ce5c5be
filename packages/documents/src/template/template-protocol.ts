/** What crosses between the sandbox and its child: one job in as JSON, then a mark and the answer out. */
export type TemplateJob = {
  readonly source: string;
  readonly partials: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly data: string;
};

/** Tells the parent to start its clock. */
export const readyMark = "R";
/** First character of the answer: a page, or issues as JSON. */
export const pageMark = "P";
export const issuesMark = "I";
