import fc from "fast-check";
import { expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { billedMinutes } from "./billed-minutes.ts";
import { lineNet, timeNet } from "./line-net.ts";

const entry = (minutes: number, workedOn = "2026-10-05", workerId = "w") => ({
  workerId,
  workedOn: workedOn as LocalDate,
  minutes,
});

it("rounds each entry up by itself", () => {
  expect(billedMinutes([entry(7), entry(15)], () => ({ minutes: 15, per: "entry" }))).toEqual([15, 15]);
});

it("rounds a worker's day with the client up once, on its last entry", () => {
  const entries = [entry(7), entry(7), entry(7, "2026-10-06"), entry(7, "2026-10-05", "other")];
  expect(billedMinutes(entries, () => ({ minutes: 15, per: "day" }))).toEqual([7, 8, 15, 15]);
});

it("never bills less than was worked, and less than one increment a day more", () => {
  const entries = fc.array(
    fc.record({
      minutes: fc.integer({ min: 1, max: 600 }),
      day: fc.integer({ min: 1, max: 5 }),
      worker: fc.constantFrom("a", "b"),
    }),
    { maxLength: 40 },
  );
  const property = fc.property(
    entries,
    fc.constantFrom(1, 6, 15, 30),
    fc.constantFrom("entry" as const, "day" as const),
    (raw, minutes, per) => {
      const worked = raw.map((one) => entry(one.minutes, `2026-10-0${one.day}`, one.worker));
      const billed = billedMinutes(worked, () => ({ minutes, per }));
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      const steps = per === "entry" ? worked.length : new Set(raw.map((one) => `${one.worker}${one.day}`)).size;
      const excess = sum(billed) - sum(worked.map((one) => one.minutes));
      return billed.every((value, index) => value >= (worked[index]?.minutes ?? 0)) && excess <= steps * (minutes - 1);
    },
  );
  expect(() => fc.assert(property)).not.toThrow();
});

it("rounds a line once: forty quarter hours cost what ten hours cost", () => {
  expect(timeNet(40 * 15, 9_999n)).toBe(timeNet(600, 9_999n));
  expect(timeNet(1, 100n)).toBe(2n);
  expect(timeNet(1, 90n)).toBe(2n);
});

it("counts in any unit, exactly: parts of a unit, another base, amounts no double holds", () => {
  const net = (quantity: string, priceMinor: bigint, priceBase = 1) => lineNet({ quantity, priceMinor, priceBase });
  expect([net("90", 10_000n, 60), net("12.5", 30n), net("0.3333", 150n), net("-2.5", 1n)]).toEqual([
    15_000n,
    375n,
    50n,
    -3n,
  ]);
  expect(net("1", 900_719_925_474_099_312_345n)).toBe(900_719_925_474_099_312_345n);
  expect(() => net("1e3", 1n)).toThrow(RangeError);
});
