import type { ImportField } from "@plumbline/contract/import-row";

/** A row under the canonical names of `time_entries`, as text. */
export type DemoTimeEntry = Readonly<Record<ImportField<"time_entries">, string>>;

/** What is wrong with rows of real exports. The last two come from master data; the others are planted. */
export const defects = [
  "long-week",
  "unknown-project",
  "unknown-worker",
  "inactive-project",
  "negative-hours",
  "zero-hours",
  "absurd-hours",
  "foreign-date",
  "impossible-date",
  "odd-hours",
  "empty-cell",
  "formula-narrative",
  "broken-encoding",
  "duplicate",
  "overlap",
  "worker-without-grade",
  "grade-without-rate",
] as const;
export type Defect = (typeof defects)[number];

/** A row, and what is wrong with it. */
export type PlannedEntry = { readonly row: DemoTimeEntry; readonly defect?: Defect };

/** 75 → `1.25`: every step of a firm is a whole number of hundredths of an hour. */
export const hoursText = (minutes: number): string => (minutes / 60).toFixed(2);

export const clockText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
