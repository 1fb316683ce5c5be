import fc from "fast-check";
import { expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, ProjectId, RateId, WorkItemId } from "@plumbline/domain/id";
import type { Charge } from "./charge.ts";
import { fitToLimits, type Limit, type LimitContext, useOf } from "./limit.ts";
import { chargeNet } from "./line-adjustment.ts";
import { lineNet } from "./line-net.ts";

const plain: LimitContext = { language: "en", feesLeft: 10_000 };

const engagementId = "e" as EngagementId;

/** Time of one rate: what was worked, and what increments made of it. */
function timeCharge(
  index: number,
  project: string,
  priceMinor: bigint,
  entries: readonly (readonly [number, number])[],
): Charge {
  const minutes = entries.reduce((sum, [worked, added]) => sum + worked + added, 0);
  return {
    engagementId,
    projectId: project as ProjectId,
    on: "2026-10-05" as LocalDate,
    nature: "fee",
    description: "Senior",
    quantity: String(minutes),
    unit: "minute",
    minutes,
    priceMinor,
    priceBase: 60,
    rateId: "r" as RateId,
    retainedMinor: 0n,
    tax: undefined,
    because: "agreed",
    claims: entries.map(([worked, added], at) => ({
      work: { id: `w${index}-${at}` as WorkItemId, version: 1, minutes: worked, share: 0 },
      minutes: worked,
      billedMinutes: worked + added,
    })),
  };
}

const limit = (more: Partial<Limit>): Limit => ({
  id: "l",
  kind: "cap",
  measure: "money",
  engagementId,
  projectId: undefined,
  countsExpenses: false,
  currency: "EUR",
  total: 10n ** 9n,
  remaining: 10n ** 9n,
  ...more,
});

const charges = fc
  .array(
    fc.tuple(
      fc.constantFrom("p", "q"),
      fc.bigInt({ min: 1n, max: 50_000n }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 29 })), {
        minLength: 1,
        maxLength: 5,
      }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) => all.map(([project, price, entries], index) => timeCharge(index, project, price, entries)));

it("never exceeds a limit, and loses no minute of work", () => {
  const property = fc.property(
    charges,
    fc.bigInt({ min: 0n, max: 400_000n }),
    fc.bigInt({ min: 0n, max: 2_000n }),
    (all, money, minutes) => {
      const limits = [
        limit({ id: "money", remaining: money }),
        limit({
          id: "minutes",
          measure: "minutes",
          currency: undefined,
          projectId: "p" as ProjectId,
          remaining: minutes,
        }),
      ];
      const { charges: kept, cut } = fitToLimits(all, limits, () => plain);
      for (const each of limits) {
        expect(kept.reduce((sum, charge) => sum + useOf(each, charge, chargeNet(charge)), 0n)).toBeLessThanOrEqual(
          each.remaining,
        );
      }
      const worked = (list: readonly Charge[]) =>
        list.flatMap(({ claims }) => claims).reduce((sum, claim) => sum + claim.minutes, 0);
      expect(worked(kept) + cut.reduce((sum, { minutes: rest }) => sum + rest, 0)).toBe(worked(all));
      for (const charge of kept) {
        expect(charge.claims.reduce((sum, claim) => sum + claim.billedMinutes, 0)).toBe(charge.minutes);
        expect(charge.quantity).toBe(String(charge.minutes));
      }
    },
  );
  expect(() => fc.assert(property)).not.toThrow();
});

it("uses a limit to the last minute that its rounded line still fits", () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 2_000 }),
    fc.bigInt({ min: 1n, max: 50_000n }),
    fc.bigInt({ min: 1n, max: 400_000n }),
    (worked, price, remaining) => {
      const charge = timeCharge(0, "p", price, [[worked, 0]]);
      const { charges: kept } = fitToLimits([charge], [limit({ remaining })], () => plain);
      const minutes = kept[0]?.minutes ?? 0;
      if (minutes < worked) expect(lineNet({ ...charge, quantity: String(minutes + 1) })).toBeGreaterThan(remaining);
      if (minutes > 0) expect(lineNet({ ...charge, quantity: String(minutes) })).toBeLessThanOrEqual(remaining);
    },
  );
  expect(() => fc.assert(property)).not.toThrow();
});

it("gives up what an increment added before any minute that was worked", () => {
  const { charges: kept, cut } = fitToLimits(
    [timeCharge(0, "p", 6_000n, [[50, 10]])],
    [limit({ measure: "minutes", currency: undefined, remaining: 55n })],
    () => ({ ...plain, language: "de" }),
  );
  expect(kept).toMatchObject([{ minutes: 55, claims: [{ minutes: 50, billedMinutes: 55 }] }]);
  expect(kept[0]?.because).toContain("55 von 60 min, weil die Obergrenze von");
  expect(cut).toEqual([]);
});

it("leaves charges of other engagements and projects alone", () => {
  const [charge] = [timeCharge(0, "p", 6_000n, [[60, 0]])];
  const others = [
    limit({ engagementId: "f" as EngagementId, remaining: 0n }),
    limit({ projectId: "q" as ProjectId, remaining: 0n }),
  ];
  expect(fitToLimits([charge], others, () => plain)).toEqual({ charges: [charge], cut: [] });
});

it("lets no part of a line into a limit that is used up, not even minutes that round to nothing", () => {
  const charge = timeCharge(0, "p", 2n, [[15, 0]]);
  expect(fitToLimits([charge], [limit({ remaining: 0n })], () => plain).charges).toEqual([]);
});
