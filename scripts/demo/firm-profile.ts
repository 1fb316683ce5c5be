import type { DemoFirm } from "./firm-data.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { castellVocabulary } from "./vocabularies/castell.ts";
import { harborVocabulary } from "./vocabularies/harbor.ts";
import { meridianVocabulary } from "./vocabularies/meridian.ts";
import { northwindVocabulary } from "./vocabularies/northwind.ts";

/** How the people of a firm keep their time. Shares are 0 to 1. */
export type FirmProfile = {
  readonly keyPrefix: string;
  readonly vocabulary: Vocabulary;
  /** Entries are a multiple of this many minutes. */
  readonly stepMinutes: number;
  /** How many projects a day is spent on, with weights. */
  readonly projectsPerDay: readonly (readonly [projects: number, weight: number])[];
  /** How many projects a person has at a time. */
  readonly projectsAtOnce: readonly [low: number, high: number];
  /** Minutes beyond the contract's day, with weights. */
  readonly extraMinutes: readonly (readonly [minutes: number, weight: number])[];
  readonly weekendShare: number;
  /** Share of people who note when they began. */
  readonly startTimesShare: number;
  /** Share of days with some internal work. */
  readonly internalShare: number;
  /** Share of last month's sheets that nobody has approved yet: its last week, and the weeks before. */
  readonly unapproved: { readonly lastWeek: number; readonly before: number };
  /** Somebody of a grade now and then does the work of another. */
  readonly actsAs: Readonly<Record<string, string>>;
};

// prettier-ignore
// oxfmt-ignore
export const firmProfiles: Readonly<Record<DemoFirm, FirmProfile>> = {
  meridian: {
    keyPrefix: "MC", vocabulary: meridianVocabulary, stepMinutes: 15,
    projectsPerDay: [[1, 22], [2, 42], [3, 28], [4, 8]], projectsAtOnce: [3, 5],
    extraMinutes: [[-30, 8], [0, 42], [15, 12], [30, 18], [60, 12], [90, 6], [120, 2]],
    weekendShare: 0.01, startTimesShare: 0.4, internalShare: 0.16,
    unapproved: { lastWeek: 0.12, before: 0.02 }, actsAs: { Manager: "Senior Consultant" },
  },
  northwind: {
    keyPrefix: "NW", vocabulary: northwindVocabulary, stepMinutes: 15,
    projectsPerDay: [[1, 12], [2, 38], [3, 34], [4, 16]], projectsAtOnce: [3, 5],
    extraMinutes: [[-45, 10], [-15, 14], [0, 40], [15, 14], [30, 14], [60, 8]],
    weekendShare: 0.03, startTimesShare: 1, internalShare: 0.14,
    unapproved: { lastWeek: 0.38, before: 0.07 }, actsAs: { "Senior Engineer": "Engineer" },
  },
  castell: {
    keyPrefix: "CE", vocabulary: castellVocabulary, stepMinutes: 30,
    projectsPerDay: [[1, 18], [2, 46], [3, 29], [4, 7]], projectsAtOnce: [2, 4],
    extraMinutes: [[-30, 12], [0, 56], [30, 18], [60, 10], [90, 4]],
    weekendShare: 0.01, startTimesShare: 0.35, internalShare: 0.12,
    unapproved: { lastWeek: 0.12, before: 0.025 }, actsAs: { "Lead Engineer": "Senior Engineer" },
  },
  harbor: {
    keyPrefix: "HL", vocabulary: harborVocabulary, stepMinutes: 6,
    projectsPerDay: [[2, 20], [3, 38], [4, 28], [5, 14]], projectsAtOnce: [4, 6],
    extraMinutes: [[-72, 18], [-36, 20], [0, 30], [30, 14], [66, 12], [126, 6]],
    weekendShare: 0.05, startTimesShare: 0.3, internalShare: 0.14,
    unapproved: { lastWeek: 0.12, before: 0.025 }, actsAs: {},
  },
};
