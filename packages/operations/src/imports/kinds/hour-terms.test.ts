import { describe, expect, it } from "vitest";
import { readRow } from "../row-reader.ts";
import { readHourTerms } from "./hour-terms.ts";

type Cells = Readonly<Record<string, string>>;

const read = (fields: Cells, byTheHour = true) => {
  const row = readRow({ line: 2, fields });
  const terms = readHourTerms(row, { currency: "EUR", byTheHour });
  return { terms, refused: row.issues.map(({ field, reason }) => `${field} ${reason}`) };
};

it("reads what was agreed about an hour", () => {
  const { terms, refused } = read({
    overtime: "150% over 7.5 h a day | 150 % over 40 h a week | 200% on sunday | 250% on holidays",
    holidays: "2026-12-25 | 2026-12-26",
    travel_percent: "50%",
    travel_tasks: "Travel | Flight",
    volume_tiers: "95% from 100 h | 90% from 200 h",
    volume_tiers_per: "year",
    indexation: "3% from 2026-01-01 | 2.5% from 2027-01-01",
    indexation_round_to: "0.50",
  });
  expect(refused).toEqual([]);
  expect(terms).toEqual({
    overtime: [
      { basisPoints: 15_000, overMinutes: 450, per: "day" },
      { basisPoints: 15_000, overMinutes: 2_400, per: "week" },
      { basisPoints: 20_000, on: "Sunday" },
      { basisPoints: 25_000, on: "holidays" },
    ],
    holidays: ["2026-12-25", "2026-12-26"],
    travel: { tasks: ["Travel", "Flight"], basisPoints: 5_000 },
    tiers: {
      per: "year",
      mode: "graduated",
      steps: [
        { fromMinutes: 6_000, basisPoints: 9_500 },
        { fromMinutes: 12_000, basisPoints: 9_000 },
      ],
    },
    indexation: {
      rounding: "half-up",
      toMinor: "50",
      raises: [
        { from: "2026-01-01", basisPoints: 300 },
        { from: "2027-01-01", basisPoints: 250 },
      ],
    },
  });
});

it("agrees to nothing where the row says nothing", () => {
  expect(read({})).toEqual({ terms: {}, refused: [] });
});

describe("refuses what contradicts itself, by the column that has to change", () => {
  const index = { indexation_index: "VPI 2020", indexation_base: "117.4" };
  it.each<readonly [Cells, RegExp]>([
    [{ overtime: "100% over 8 h a day" }, /^overtime 100 % is not a share above 100 % and up to 400 %$/],
    [{ overtime: "900% on Sunday" }, /^overtime 900 % is not a share above 100 %/],
    [{ overtime: "150% over 8 h a fortnight" }, /^overtime “150% over 8 h a fortnight” is not such as/],
    [
      { overtime: "150% over 8 h a day | 140% over 10 h a day" },
      /^overtime a second threshold per day must come later/,
    ],
    [{ overtime: "150% on Sunday | 200% on Sunday" }, /^overtime Sunday stands twice$/],
    [{ overtime: "200% on holidays" }, /^overtime speaks of holidays, and none are named$/],
    [{ holidays: "2026-12-25" }, /^holidays are named, and no overtime is agreed for them$/],
    [{ holidays: "2026-13-25", overtime: "200% on holidays" }, /^holidays “2026-13-25” is not such as “2026-12-25”$/],
    [{ travel_percent: "120%", travel_tasks: "Travel" }, /^travel_percent is not a share above 0 % and up to 100 %$/],
    [{ travel_percent: "50%" }, /^travel_percent has a share, and no task is named as travel$/],
    [{ travel_tasks: "Travel" }, /^travel_tasks are tasks of travel, and no travel_percent is agreed for them$/],
    [{ volume_tiers: "95% from 200 h | 90% from 100 h" }, /^volume_tiers a step from 100 h overlaps the one before it/],
    [{ volume_tiers: "95% from 100 h | 90% from 100 h" }, /^volume_tiers a step from 100 h overlaps the one before it/],
    [{ volume_tiers: "95% from 0 h" }, /^volume_tiers a step from 0 h overlaps/],
    [{ volume_tiers: "105% from 10 h" }, /^volume_tiers 105 % is not a share above 0 % and up to 100 %$/],
    [{ volume_tiers: "95% from 10 h | 90.00 from 20 h" }, /^volume_tiers must all be shares of the rate or all be/],
    [{ volume_tiers_mode: "all_units" }, /^volume_tiers_mode is about volume_tiers, and there are none$/],
    [
      { indexation: "3% from 2027-01-01 | 3% from 2026-01-01" },
      /^indexation 2026-01-01 does not come after 2027-01-01$/,
    ],
    [{ indexation: "80% from 2026-01-01" }, /^indexation 80 % is not a raise above 0 % and up to 50 %$/],
    [{ indexation: "119.9 from 2026-01-01" }, /^indexation “119.9 from 2026-01-01” is not such as/],
    [{ ...index, indexation: "3% from 2026-01-01" }, /^indexation “3% from 2026-01-01” is not such as/],
    [
      { indexation: "119.9 from 2026-01-01", indexation_index: "VPI" },
      /^indexation_base must be the value of the index/,
    ],
    [{ indexation: "1.1 from 2026-01-01", indexation_base: "1" }, /^indexation_index is empty, and indexation_base is/],
    [{ submission_days: "0" }, /^submission_days must be a whole number of days from 1 to 730$/],
    [{ submission_days: "soon" }, /^submission_days “soon” is not a whole number of days$/],
    [{ indexation_rounding: "up" }, /^indexation_rounding is about indexation, and none is agreed$/],
  ])("%j", (cells, reason) => {
    const { refused } = read(cells);
    expect(refused[0]).toMatch(reason);
  });

  it("hours of an engagement that bills none", () => {
    expect(read({ overtime: "150% over 8 h a day" }, false).refused).toEqual([
      "overtime is about hours, and none are billed here",
    ]);
  });
});
