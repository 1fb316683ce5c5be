import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { earnByMonth } from "./earn-by-month.ts";

const day = (text: string) => text as LocalDate;

describe("what is billed in advance", () => {
  it("is earned by the days of each month, leap years included", () => {
    const earned = { start: day("2024-01-31"), end: day("2024-03-02") };
    expect(earnByMonth([{ netMinor: 3_100n, earned }]).map(({ month, minor }) => [month.start, minor])).toEqual([
      ["2024-01-01", 100n],
      ["2024-02-01", 2_900n],
      ["2024-03-01", 100n],
    ]);
  });

  it("comes to all of it in the end, whatever was rounded", () => {
    const line = fc.record({
      netMinor: fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
      earned: fc.tuple(fc.nat(700), fc.integer({ min: 1, max: 800 })).map(([from, days]) => ({
        start: addDays(day("2024-01-01"), from),
        end: addDays(day("2024-01-01"), from + days),
      })),
    });
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const total = earnByMonth(lines).reduce((sum, { minor }) => sum + minor, 0n);
        expect(total).toBe(lines.reduce((sum, { netMinor }) => sum + netMinor, 0n));
      }),
    );
  });
});
