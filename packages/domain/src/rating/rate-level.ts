/** What a rate is for. Absent members do not restrict it: a rate without a role holds for all roles, which blends them. */
export type RateSelector = {
  readonly engagementId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly workerId?: string | undefined;
  readonly role?: string | undefined;
  readonly task?: string | undefined;
};

type Level = {
  readonly name: string;
  readonly matches: readonly (keyof RateSelector)[];
  /** Whether the rate is looked for on one rate card only, and on which. */
  readonly card: "any" | "engagement" | "default";
};

/** Where a rate is looked for, most specific first: the first level that has one for the work date wins. */
// prettier-ignore
// oxfmt-ignore
export const rateLevels = [
  { name: "person_task",     matches: ["clientId", "projectId", "workerId", "task"], card: "any" },
  { name: "project_role",    matches: ["projectId", "role"],                         card: "any" },
  { name: "project_blend",   matches: ["projectId"],                                 card: "any" },
  { name: "engagement_blend", matches: ["engagementId"],                             card: "any" },
  { name: "client_role",     matches: ["clientId", "role"],                          card: "any" },
  { name: "engagement_card", matches: ["role"],                                      card: "engagement" },
  { name: "default_card",    matches: ["role"],                                      card: "default" },
] as const satisfies readonly Level[];

export type RateLevel = (typeof rateLevels)[number];
