import fc from "fast-check";
import { expect, it } from "vitest";
import { takeBack } from "./take-back.ts";

const work = fc.array(
  fc.record({
    id: fc.uuid(),
    minutes: fc.integer({ min: 1, max: 480 }),
    billedMinutes: fc.integer({ min: 1, max: 600 }),
  }),
  { minLength: 1, maxLength: 10 },
);
const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);

it("takes exactly what is asked for, and loses no source minute", () => {
  fc.assert(
    fc.property(work, fc.double({ min: 0, max: 1, noNaN: true }), (held, share) => {
      const wanted = Math.floor(sum(held.map(({ billedMinutes }) => billedMinutes)) * share);
      const taken = takeBack(held, wanted);
      expect(sum(taken.map(({ work: of, kept }) => of.billedMinutes - (kept?.billedMinutes ?? 0)))).toBe(wanted);
      for (const { work: of, back, kept } of taken) {
        expect(back + (kept?.minutes ?? 0)).toBe(of.minutes);
        if (kept !== undefined) expect(Math.min(kept.minutes, kept.billedMinutes)).toBeGreaterThan(0);
      }
      expect(taken.filter(({ kept }) => kept !== undefined).length).toBeLessThanOrEqual(1);
    }),
  );
});

it("divides an entry as its billed minutes are divided, and leaves one that cannot be divided where it is", () => {
  const rounded = { id: "a", minutes: 50, billedMinutes: 60 };
  expect(takeBack([rounded], 30)).toEqual([{ work: rounded, back: 25, kept: { minutes: 25, billedMinutes: 30 } }]);
  const minute = { id: "b", minutes: 1, billedMinutes: 15 };
  expect(takeBack([minute], 10)).toEqual([{ work: minute, back: 0, kept: { minutes: 1, billedMinutes: 5 } }]);
});

it("refuses to take more than there is", () => {
  expect(() => takeBack([{ id: "a", minutes: 60, billedMinutes: 60 }], 61)).toThrow(RangeError);
});
