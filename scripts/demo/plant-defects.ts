import { isoWeekStart, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { DemoFirm, FirmData } from "./firm-data.ts";
import { type Random, randomFor } from "./random.ts";
import { clockText, type DemoTimeEntry, type Defect, hoursText, type PlannedEntry } from "./time-entry-row.ts";

type PlantedDefect = Exclude<Defect, "worker-without-grade" | "grade-without-rate">;

type Rates = { readonly every: number; readonly last: number };

/**
 * How often a month has a defect: every month, and the last one, which the demo looks at. Weeks for `long-week`,
 * else rows. The last two need a sound neighbour, so they come when the others are done.
 */
// prettier-ignore
// oxfmt-ignore
const plan: Readonly<Record<PlantedDefect, { readonly large: Rates; readonly small: Rates }>> = {
  "long-week":         { large: { every: 0, last: 2 }, small: { every: 0, last: 1 } },
  "unknown-project":   { large: { every: 1, last: 1 }, small: { every: 0, last: 1 } },
  "unknown-worker":    { large: { every: 1, last: 1 }, small: { every: 0, last: 1 } },
  "inactive-project":  { large: { every: 1, last: 2 }, small: { every: 0, last: 1 } },
  "negative-hours":    { large: { every: 1, last: 1 }, small: { every: 0, last: 1 } },
  "zero-hours":        { large: { every: 1, last: 1 }, small: { every: 1, last: 1 } },
  "absurd-hours":      { large: { every: 0, last: 1 }, small: { every: 0, last: 1 } },
  "foreign-date":      { large: { every: 1, last: 2 }, small: { every: 0, last: 1 } },
  "impossible-date":   { large: { every: 0, last: 1 }, small: { every: 0, last: 1 } },
  "odd-hours":         { large: { every: 3, last: 4 }, small: { every: 1, last: 2 } },
  "empty-cell":        { large: { every: 2, last: 2 }, small: { every: 1, last: 1 } },
  "formula-narrative": { large: { every: 1, last: 1 }, small: { every: 0, last: 1 } },
  "broken-encoding":   { large: { every: 0, last: 0 }, small: { every: 0, last: 0 } },
  "duplicate":         { large: { every: 5, last: 6 }, small: { every: 2, last: 4 } },
  "overlap":           { large: { every: 2, last: 3 }, small: { every: 1, last: 2 } },
};

const largeFirms: readonly DemoFirm[] = ["meridian"];
/** The one firm whose export has rows in another encoding. */
const latin1Firm: DemoFirm = "castell";
const latin1Rows = 2;

type Month = {
  readonly firm: DemoFirm;
  readonly data: FirmData;
  readonly month: string;
  readonly isLast: boolean;
  readonly seed: number;
};

/** Spoils some sound rows of a month; a row gets one defect at most. Rows stay in the order in which they were made. */
export function plantDefects(sound: readonly PlannedEntry[], month: Month): PlannedEntry[] {
  const { firm, isLast, seed } = month;
  const size = largeFirms.includes(firm) ? "large" : "small";
  const entries = [...sound];
  for (const [defect, rates] of Object.entries(plan) as [PlantedDefect, (typeof plan)[PlantedDefect]][]) {
    const count =
      rates[size][isLast ? "last" : "every"] +
      (defect === "broken-encoding" && isLast && firm === latin1Firm ? latin1Rows : 0);
    for (let nth = 0; nth < count; nth += 1) {
      const random = randomFor(seed, firm, month.month, defect, nth);
      if (defect === "long-week") lengthenWeek(entries, nth, random);
      else if (defect === "duplicate") duplicate(entries, random);
      else if (defect === "overlap") overlap(entries, random);
      else spoilOne(entries, defect, { ...month, random });
    }
  }
  return entries;
}

type Means = Month & { readonly random: Random };

/** One row, spoiled. */
const spoil = {
  "unknown-project": (row, { random }) => ({ ...row, project_key: `${row.project_key}-${random.between(2, 9)}X` }),
  "unknown-worker": (row, { random }) => ({ ...row, worker_key: `W-9${random.between(10, 99)}` }),
  "inactive-project": (row, { data, random }) => ({
    ...row,
    project_key: random.pick(data.projects.filter((project) => !project.active)).key,
  }),
  "negative-hours": (row) => ({ ...row, hours: `-${row.hours}` }),
  "zero-hours": (row) => ({ ...row, hours: "0" }),
  "absurd-hours": (row) => ({ ...row, hours: "1200" }),
  "foreign-date": (row) => ({ ...row, work_date: row.work_date.split("-").toReversed().join("/") }),
  "impossible-date": (row) => ({ ...row, work_date: "2026-02-30" }),
  "odd-hours": (row, { random }) => ({
    ...row,
    hours: random.pick(["0.37", "1.13", "0.83", "2.22", "3.17"]),
    // Longer than before, it would reach into the next entry, which is another defect.
    started_at: "",
  }),
  "empty-cell": (row, { random }) => ({
    ...row,
    [random.pick(["worker_key", "project_key", "work_date", "hours"] as const)]: "",
  }),
  "formula-narrative": (row, { firm }) => ({
    ...row,
    narrative: `=HYPERLINK("https://files.${firm}.example/notes/${row.worker_key}","Notes of the meeting")`,
  }),
  // The bytes are broken when the row is written; the name makes the break visible.
  "broken-encoding": (row) => ({ ...row, narrative: `${row.narrative}, reunió amb la direcció d'obra` }),
} as const satisfies Record<string, (row: DemoTimeEntry, means: Means) => DemoTimeEntry>;

function spoilOne(entries: PlannedEntry[], defect: keyof typeof spoil, means: Means): void {
  const at = pickSound(entries, means.random);
  const entry = entries[at];
  if (entry) entries[at] = { row: spoil[defect](entry.row, means), defect };
}

/** The same work under another key, as when a sheet is sent twice. It follows its original directly. */
function duplicate(entries: PlannedEntry[], random: Random): void {
  const at = pickSound(entries, random);
  const entry = entries[at];
  if (entry) entries.splice(at + 1, 0, { row: entry.row, defect: "duplicate" });
}

/** The second entry of a day begins before the first has ended. */
function overlap(entries: PlannedEntry[], random: Random): void {
  const pairs = entries.flatMap(({ row, defect }, at) => {
    const before = entries[at - 1];
    // Behind an original comes its duplicate, and they must stay alike.
    if (entries[at + 1]?.defect === "duplicate") return [];
    if (!before || defect || before.defect || row.status !== "approved" || before.row.status !== "approved") return [];
    if (row.worker_key !== before.row.worker_key || row.work_date !== before.row.work_date) return [];
    return row.started_at !== "" && Number(before.row.hours) >= 1 ? [{ at, row, from: before.row.started_at }] : [];
  });
  if (pairs.length === 0) return;
  const { at, row, from } = random.pick(pairs);
  const [hour = 0, minute = 0] = from.split(":").map(Number);
  entries[at] = { row: { ...row, started_at: clockText(hour * 60 + minute + 30) }, defect: "overlap" };
}

/** A whole week of one person at twice its hours: the first such week of a month cannot be, the next is only unusual. */
function lengthenWeek(entries: PlannedEntry[], nth: number, random: Random): void {
  const weeks = Map.groupBy(
    [...entries.keys()].filter((at) => !entries[at]?.defect),
    (at) => `${entries[at]?.row.worker_key} ${isoWeekStart(entries[at]?.row.work_date as LocalDate)}`,
  );
  const full = [...weeks.values()].filter((week) => {
    const rows = week.flatMap((at) => entries[at]?.row ?? []);
    return new Set(rows.map((row) => row.work_date)).size >= 5 && rows.every((row) => row.status === "approved");
  });
  if (full.length === 0) return;
  const week = random.pick(full);
  const hours = week.reduce((sum, at) => sum + Number(entries[at]?.row.hours), 0);
  const wanted = nth === 0 ? random.between(84, 94) : random.between(68, 76);
  for (const at of week) {
    const { row } = entries[at] as PlannedEntry;
    const minutes = Math.round((Number(row.hours) * wanted * 4) / hours) * 15;
    // Without times of day, or every entry of the week would overlap the next as well.
    entries[at] = { row: { ...row, hours: hoursText(minutes), started_at: "" }, defect: "long-week" };
  }
}

/** Only approved work is spoiled: what is not approved stays out of an invoice anyway. */
function pickSound(entries: readonly PlannedEntry[], random: Random): number {
  const sound = [...entries.keys()].filter((at) => !entries[at]?.defect && entries[at]?.row.status === "approved");
  return random.pick(sound);
}
