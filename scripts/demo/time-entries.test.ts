import { describe, expect, it } from "vitest";
import { isoWeekStart, type LocalDate, parseLocalDate } from "@plumbline/domain/calendar/local-date";
import { type DemoFirm, demoFirms, readFirmData } from "./firm-data.ts";
import { countDemoDefects, demoMonths, demoSeed, demoTimeEntries, plannedEntries } from "./time-entries.ts";
import { type DemoTimeEntry, type PlannedEntry } from "./time-entry-row.ts";

const requestFor = (firm: DemoFirm) => ({ firm, months: demoMonths, seed: demoSeed });
const planned = Object.fromEntries(demoFirms.map((firm) => [firm, [...plannedEntries(requestFor(firm))]])) as Record<
  DemoFirm,
  PlannedEntry[]
>;
const monthOf = (entry: PlannedEntry) => entry.row.entry_key.slice(3, 7);
const minutesOf = (row: DemoTimeEntry) => Math.round(Number(row.hours) * 60);

describe.each(demoFirms)("the time entries of %s", (firm) => {
  const entries = planned[firm];
  const sound = entries.filter(({ defect }) => defect === undefined).map(({ row }) => row);

  it("are others for another seed", () => {
    const other = [...demoTimeEntries({ firm, months: ["2026-08"], seed: demoSeed + 1 })];
    expect(other.slice(0, 200)).not.toEqual(entries.slice(0, 200).map(({ row }) => row));
  });

  it("are the same for the same seed and month, whatever months come before it", () => {
    const october = [...demoTimeEntries({ ...requestFor(firm), months: ["2026-10"] })];
    expect(october).toEqual(entries.filter((entry) => monthOf(entry) === "2610").map(({ row }) => row));
  });

  it("are as many as a firm of this size has, under keys of their own", () => {
    const [least, most] = firm === "meridian" ? [2_000, 6_000] : [1_000, 2_500];
    for (const month of Map.groupBy(entries, monthOf).values()) {
      expect(month.length).toBeGreaterThanOrEqual(least);
      expect(month.length).toBeLessThanOrEqual(most);
    }
    expect(new Set(entries.map(({ row }) => row.entry_key)).size).toBe(entries.length);
  });

  it("are sound where no defect was planted: known people and projects, open on real days, nothing twice or at once", () => {
    const { workers, projects } = readFirmData(firm);
    const people = new Set(workers.map((worker) => worker.key));
    const open = new Map(projects.filter((project) => project.active).map((project) => [project.key, project]));
    const faults = sound.filter(
      (row) =>
        !people.has(row.worker_key) ||
        !((open.get(row.project_key)?.startsOn ?? "9999") <= row.work_date) ||
        parseLocalDate(row.work_date) === undefined ||
        !(minutesOf(row) > 0 && minutesOf(row) <= 14 * 60) ||
        row.narrative.length < 10 ||
        /[{}=]/.test(row.narrative),
    );
    expect(faults).toEqual([]);
    const same = Map.groupBy(sound, (row) => [row.worker_key, row.project_key, row.work_date, row.hours].join(" "));
    expect([...same.values()].filter((rows) => rows.length > 1)).toEqual([]);
    expect(overlapsIn(sound)).toBe(0);
  });

  it("follow the calendar: five days a week, few on weekends, a plausible week", () => {
    const weekend = sound.filter((row) => [0, 6].includes(new Date(row.work_date).getUTCDay())).length;
    expect(weekend / sound.length).toBeLessThan(0.03);
    const weeks = Map.groupBy(sound, (row) => `${row.worker_key} ${isoWeekStart(row.work_date as LocalDate)}`);
    const hours = [...weeks.values()].map((rows) => rows.reduce((sum, row) => sum + minutesOf(row), 0) / 60);
    expect(Math.max(...hours)).toBeLessThan(60);
    const projects = [...weeks.values()].map((rows) => new Set(rows.map((row) => row.project_key)).size);
    expect(projects.reduce((sum, count) => sum + count, 0) / projects.length).toBeGreaterThan(2);
  });

  it("are mostly approved; only the last month has open sheets", () => {
    const submitted = (month: string) => {
      const rows = entries.filter((entry) => monthOf(entry) === month);
      return rows.filter(({ row }) => row.status === "submitted").length / rows.length;
    };
    expect([submitted("2608"), submitted("2609")]).toEqual([0, 0]);
    const [least, most] = firm === "northwind" ? [0.08, 0.2] : [0.03, 0.065];
    expect(submitted("2610")).toBeGreaterThan(least);
    expect(submitted("2610")).toBeLessThan(most);
    expect(entries.filter(({ row }) => row.status === "rejected").length / entries.length).toBeLessThan(0.01);
  });

  it("hold between a half and one and a half per cent of defective rows", () => {
    const share = 1 - sound.length / entries.length;
    expect(share).toBeGreaterThan(0.005);
    expect(share).toBeLessThan(0.015);
  });
});

it("are at most thirty thousand, so that a first start stays quick", () => {
  expect(demoFirms.reduce((sum, firm) => sum + planned[firm].length, 0)).toBeLessThanOrEqual(30_000);
});

it("hold these defects", () => {
  const table = demoFirms.map((firm) => {
    const counts = [...countDemoDefects(requestFor(firm))].sort(([left], [right]) => (left < right ? -1 : 1));
    return `${firm}: ${counts.map(([defect, count]) => `${defect} ${count}`).join(", ")}`;
  });
  expect(table).toMatchInlineSnapshot(`
    [
      "meridian: absurd-hours 1, duplicate 16, empty-cell 6, foreign-date 4, formula-narrative 3, grade-without-rate 20, impossible-date 1, inactive-project 4, long-week 28, negative-hours 3, odd-hours 10, overlap 7, unknown-project 3, unknown-worker 3, worker-without-grade 18, zero-hours 3",
      "northwind: absurd-hours 1, duplicate 8, empty-cell 3, foreign-date 1, formula-narrative 1, grade-without-rate 22, impossible-date 1, inactive-project 1, long-week 16, negative-hours 1, odd-hours 4, overlap 4, unknown-project 1, unknown-worker 1, worker-without-grade 16, zero-hours 3",
      "castell: absurd-hours 1, broken-encoding 2, duplicate 8, empty-cell 3, foreign-date 1, formula-narrative 1, grade-without-rate 6, impossible-date 1, inactive-project 1, long-week 14, negative-hours 1, odd-hours 4, overlap 4, unknown-project 1, unknown-worker 1, worker-without-grade 6, zero-hours 3",
      "harbor: absurd-hours 1, duplicate 8, empty-cell 3, foreign-date 1, formula-narrative 1, grade-without-rate 13, impossible-date 1, inactive-project 1, long-week 20, negative-hours 1, odd-hours 4, overlap 4, unknown-project 1, unknown-worker 1, worker-without-grade 17, zero-hours 3",
    ]
  `);
});

it("hold defects that are what they are called", () => {
  const entries = demoFirms.flatMap((firm) => planned[firm]);
  const of = (wanted: string) => entries.filter(({ defect }) => defect === wanted).map(({ row }) => row);
  expect(of("foreign-date").every((row) => /^\d\d\/\d\d\/2026$/.test(row.work_date))).toBe(true);
  expect(of("negative-hours").every((row) => Number(row.hours) < 0)).toBe(true);
  expect(of("formula-narrative").every((row) => row.narrative.startsWith("=HYPERLINK("))).toBe(true);
  expect(
    of("empty-cell").every((row) => [row.worker_key, row.project_key, row.work_date, row.hours].includes("")),
  ).toBe(true);
  for (const [at, { row, defect }] of entries.entries()) {
    const before = entries[at - 1]?.row;
    if (defect === "duplicate") expect({ ...row, entry_key: "" }).toEqual({ ...before, entry_key: "" });
    if (defect === "overlap" && before) expect(overlapsIn([before, row])).toBe(1);
  }
  const long = Map.groupBy(of("long-week"), (row) => `${row.worker_key} ${isoWeekStart(row.work_date as LocalDate)}`);
  const hours = [...long.values()].map((rows) => rows.reduce((sum, row) => sum + Number(row.hours), 0));
  expect(hours.every((week) => week > 65 && week < 97)).toBe(true);
});

/** Entries of one person and day that begin before an earlier one has ended. */
function overlapsIn(rows: readonly DemoTimeEntry[]): number {
  const timed = rows.filter((row) => row.started_at !== "");
  const days = Map.groupBy(timed, (row) => `${row.worker_key} ${row.work_date}`);
  const windows = [...days.values()].map((day) =>
    day.map((row) => ({ from: startOf(row), until: startOf(row) + minutesOf(row) })).sort((a, b) => a.from - b.from),
  );
  return windows.flatMap((day) => day.filter(({ from }, at) => from < (day[at - 1]?.until ?? 0))).length;
}

const startOf = (row: DemoTimeEntry): number =>
  Number(row.started_at.slice(0, 2)) * 60 + Number(row.started_at.slice(3, 5));
