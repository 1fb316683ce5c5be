import type { InterestTerms } from "./late-interest.ts";

/** What happens when a client pays late: agreed per legal entity and currency, and otherwise with single clients. */
export type CollectingTerms = {
  /** None when absent: nobody is reminded. */
  readonly dunning?: DunningTerms;
  /** None when absent: being late costs nothing but the fees of notices. */
  readonly interest?: InterestTerms;
};

/** Steps of a ladder, the mildest first. An invoice climbs it one by one. */
export type DunningTerms = {
  readonly levels: readonly DunningLevel[];
  /** Less than this is not asked for; in minor units. */
  readonly minimumMinor?: string;
};

export type DunningLevel = {
  /** From how many days after it is due. */
  readonly daysPastDue: number;
  /** Names the text, and so the tone. */
  readonly textKey: string;
  /** What the notice costs the client, in minor units. It is damages and bears no tax. */
  readonly feeMinor?: string;
};

export const dunningLevelsMax = 9;
const daysMax = 3_650;

/** What is wrong with terms, in sentences: each with the place. */
export function collectingIssues({ dunning }: CollectingTerms): { readonly at: string; readonly message: string }[] {
  const levels = dunning?.levels ?? [];
  const issues = levels.flatMap(({ daysPastDue }, index) => {
    const before = levels[index - 1]?.daysPastDue ?? 0;
    const at = `dunning.levels.${index}.daysPastDue`;
    if (!Number.isInteger(daysPastDue) || daysPastDue < 1 || daysPastDue > daysMax)
      return [{ at, message: `must be 1 to ${daysMax}: what is due today is not late` }];
    if (index > 0 && daysPastDue <= before)
      return [{ at, message: `must be more than the ${before} of the level before` }];
    return [];
  });
  return levels.length > dunningLevelsMax
    ? [...issues, { at: "dunning.levels", message: `has more than ${dunningLevelsMax} levels` }]
    : issues;
}

/** What holds for a client: each part as agreed with it, or else as for all clients of the legal entity. */
export const termsFor = (ofEntity: CollectingTerms, ofClient: CollectingTerms): CollectingTerms => ({
  ...ofEntity,
  ...ofClient,
});
