/** What a rate is for. Absent members do not restrict it. */
export type RateSelector = {
  readonly clientId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly workerId?: string | undefined;
  readonly role?: string | undefined;
  readonly task?: string | undefined;
};

type Level = {
  readonly title: string;
  readonly matches: readonly (keyof RateSelector)[];
  /** Whether the rate is looked for on one rate card only, and on which. */
  readonly card: "any" | "engagement" | "default";
};

/** Where a rate is looked for, most specific first: the first level that has one for the work date wins. */
// prettier-ignore
// oxfmt-ignore
export const rateLevels = [
  { title: "this person's rate for this task on the project", matches: ["clientId", "projectId", "workerId", "task"], card: "any" },
  { title: "the project's rate for the role",                 matches: ["projectId", "role"],                         card: "any" },
  { title: "the client's rate for the role",                  matches: ["clientId", "role"],                          card: "any" },
  { title: "the engagement's rate card",                      matches: ["role"],                                      card: "engagement" },
  { title: "the firm's default rate card",                    matches: ["role"],                                      card: "default" },
] as const satisfies readonly Level[];

export type RateLevel = (typeof rateLevels)[number];
