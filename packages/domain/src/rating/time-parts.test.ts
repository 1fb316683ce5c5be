import fc from "fast-check";
import { expect, it } from "vitest";
import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { HourTerms } from "@plumbline/domain/engagement/time-terms";
import { nothingBilled } from "./billed-before.ts";
import { timeParts } from "./time-parts.ts";

const terms: HourTerms = {
  overtime: [
    { basisPoints: 15_000, overMinutes: 480, per: "day" },
    { basisPoints: 17_500, overMinutes: 600, per: "day" },
    { basisPoints: 15_000, overMinutes: 2_400, per: "week" },
    { basisPoints: 20_000, on: "Sunday" },
    { basisPoints: 25_000, on: "holidays" },
  ],
  holidays: ["2026-10-09" as LocalDate],
  travel: { tasks: ["Travel"], basisPoints: 5_000 },
  tiers: { per: "month", mode: "graduated", steps: [{ fromMinutes: 1_000, basisPoints: 9_500 }] },
};

const entries = fc
  .array(
    fc.record({
      day: fc.integer({ min: 0, max: 13 }),
      minutes: fc.integer({ min: 1, max: 900 }),
      extra: fc.integer({ min: 0, max: 14 }),
      task: fc.constantFrom("", "Travel"),
      worker: fc.constantFrom("ann", "bob"),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((raw) =>
    raw.map(({ day, minutes, extra, task, worker }, index) => ({
      id: `w${String(index).padStart(3, "0")}`,
      engagementId: "e",
      workerId: worker,
      workedOn: addDays("2026-10-05" as LocalDate, day),
      task,
      minutes,
      billedMinutes: minutes + extra,
      terms,
    })),
  );

it("divides entries without losing a minute, and raises exactly those that are beyond a day's threshold", () => {
  const property = fc.property(entries, (all) => {
    const parts = timeParts(all, nothingBilled);
    for (const [index, entry] of all.entries()) {
      const sum = (member: "minutes" | "billedMinutes") =>
        (parts[index] ?? []).reduce((total, part) => total + part[member], 0);
      expect([sum("minutes"), sum("billedMinutes")]).toEqual([entry.minutes, entry.billedMinutes]);
    }
    const regular = new Map<string, number>();
    for (const [index, { workerId, workedOn, task }] of all.entries()) {
      for (const { overtime, minutes } of parts[index] ?? []) {
        if (task === "Travel") expect(overtime).toBeUndefined();
        else if (overtime === undefined) {
          const key = `${workerId}|${workedOn}`;
          regular.set(key, (regular.get(key) ?? 0) + minutes);
        }
      }
    }
    for (const minutes of regular.values()) expect(minutes).toBeLessThanOrEqual(480);
  });
  expect(() => fc.assert(property)).not.toThrow();
});

it("gives the same parts whatever the order in which the entries come", () => {
  const property = fc.property(entries, (all) => {
    const byId = (given: typeof all) => {
      const parts = timeParts(given, nothingBilled);
      return new Map(given.map(({ id }, index) => [id, parts[index]]));
    };
    const [forwards, backwards] = [byId(all), byId(all.toReversed())];
    for (const { id } of all) expect(backwards.get(id)).toEqual(forwards.get(id));
  });
  expect(() => fc.assert(property)).not.toThrow();
});
