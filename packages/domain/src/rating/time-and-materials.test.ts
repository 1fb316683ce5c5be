import fc from "fast-check";
import { expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, ProjectId, RateId, WorkerId, WorkItemId } from "@plumbline/domain/id";
import { nothingBilled } from "./billed-before.ts";
import { chargeTime, type PricedTime } from "./time-and-materials.ts";
import { rateLevels } from "./rate-level.ts";

const charged = (entries: readonly PricedTime[], workerNames: ReadonlyMap<WorkerId, string> = new Map()) =>
  chargeTime(entries, { workerNames, before: nothingBilled, decisionOn: () => undefined }).charges;

const rate = (id: string, workerId?: string) => ({
  level: rateLevels[5],
  rate: {
    id: id as RateId,
    cardId: "c",
    cardName: "Standard",
    currency: "EUR" as const,
    priceMinor: 15_000n,
    from: "2026-01-01" as LocalDate,
    workerId,
  },
});

const time = (
  id: number,
  more: Partial<PricedTime["entry"] & Pick<PricedTime, "role" | "choice">> = {},
): PricedTime => ({
  entry: {
    id: `w${String(id).padStart(3, "0")}` as WorkItemId,
    version: 1,
    engagementId: "e" as EngagementId,
    projectId: "p" as ProjectId,
    workerId: "ann" as WorkerId,
    workedOn: "2026-10-05" as LocalDate,
    minutes: 50,
    share: 0,
    task: "",
    ...more,
  },
  engagement: { language: "en" },
  terms: { time: { basis: "time_and_materials", increment: { minutes: 15, per: "entry" } } },
  role: more.role ?? "Senior",
  choice: more.choice ?? rate("r"),
});

it("makes one charge of one rate, role and task on a project, in whole minutes at a price for an hour", () => {
  const charges = charged([time(1), time(2, { workedOn: "2026-10-07" as LocalDate }), time(3, { role: "Junior" })]);
  expect(charges).toMatchObject([
    { description: "Senior", quantity: "120", unit: "minute", minutes: 120, priceBase: 60, on: "2026-10-05" },
    { description: "Junior", quantity: "60" },
  ]);
  expect(charges[0]?.because).toContain("2 entries from 2026-10-05 to 2026-10-07; 100 min worked");
});

it("names the person where the rate is theirs", () => {
  const [charge] = charged([time(1, { choice: rate("r", "ann") })], new Map([["ann" as WorkerId, "Ann Lee"]]));
  expect(charge?.description).toBe("Ann Lee");
});

it("does not depend on the order of the entries, and bills every entry exactly once", () => {
  const entries = fc.array(
    fc.record({
      minutes: fc.integer({ min: 1, max: 600 }),
      day: fc.integer({ min: 1, max: 9 }),
      project: fc.constantFrom("p", "q"),
      role: fc.constantFrom("Senior", "Junior"),
    }),
    { minLength: 1, maxLength: 30 },
  );
  const property = fc.property(
    entries.chain((raw) =>
      fc.tuple(
        fc.constant(raw),
        fc.shuffledSubarray(
          raw.map((_, at) => at),
          { minLength: raw.length },
        ),
      ),
    ),
    ([raw, order]) => {
      const all = raw.map(({ minutes, day, project, role }, index) =>
        time(index, { minutes, workedOn: `2026-10-0${day}` as LocalDate, projectId: project as ProjectId, role }),
      );
      const charges = charged(all);
      expect(charged(order.map((at) => all[at] as PricedTime))).toEqual(charges);
      const claimed = charges.flatMap(({ claims }) => claims.map(({ work }) => work.id));
      expect(claimed.toSorted()).toEqual(all.map(({ entry }) => entry.id));
      for (const { claims, minutes } of charges) {
        expect(claims.reduce((sum, { billedMinutes }) => sum + billedMinutes, 0)).toBe(minutes);
      }
    },
  );
  expect(() => fc.assert(property)).not.toThrow();
});
