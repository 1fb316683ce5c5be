import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, daysBetween, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { layersOf } from "./layers.ts";
import { periodsBetween } from "./recurrence.ts";
import { priceOn, type Subscription, subscriptionParts } from "./subscription.ts";
import { subscriptionIssues } from "./subscription-issues.ts";

const day = (text: string) => text as LocalDate;
const plan: Subscription = {
  name: "Support",
  unit: "seat",
  every: "month",
  anchoredOn: day("2026-01-01"),
  startsOn: day("2026-01-01"),
  billed: "in_advance",
  prices: [{ from: day("2026-01-01"), priceMinor: "10000" }],
  quantities: [{ from: day("2026-01-01"), quantity: 10 }],
  renews: true,
};
const partsText = (subscription: Subscription, until: string) =>
  subscriptionParts(subscription, day(until)).map(
    ({ from, until: end, quantity, price, on }) => `${quantity} ${from}–${end} at ${price.minor} on ${on}`,
  );

describe("periods", () => {
  it("are counted from their anchor, so that the 31st comes back after a short month", () => {
    const starts = periodsBetween(
      { every: "month", anchoredOn: day("2024-01-31") },
      day("2024-01-31"),
      day("2024-05-01"),
    );
    expect(starts.map(({ start }) => start)).toEqual(["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]);
  });

  it("follow on one another and hold the day they are asked for, wherever the anchor is", () => {
    const someDay = fc.integer({ min: -4_000, max: 4_000 }).map((days) => addDays(day("2026-02-28"), days));
    fc.assert(
      fc.property(someDay, someDay, fc.constantFrom("month", "quarter", "year" as const), (anchoredOn, from, every) => {
        const periods = periodsBetween({ every, anchoredOn }, from, addDays(from, 800));
        expect(periods[0]?.start ?? "").toSatisfy((start: string) => start <= from);
        expect(periods[0]?.end ?? "").toSatisfy((end: string) => end > from);
        expect(periods.slice(1).every(({ start }, index) => start === periods[index]?.end)).toBe(true);
      }),
    );
  });
});

describe("layers", () => {
  const counts = (...texts: readonly [string, number][]) =>
    texts.map(([from, quantity]) => ({ from: day(from), quantity }));
  const june = { start: day("2026-06-01"), end: day("2026-07-01") };

  it("add what comes, and let what came last go first", () => {
    const of = counts(["2026-05-01", 10], ["2026-06-11", 12], ["2026-06-21", 9]);
    expect(layersOf(of, june)).toEqual([
      { from: "2026-06-01", until: "2026-06-21", quantity: 1 },
      { from: "2026-06-01", until: "2026-07-01", quantity: 9 },
      { from: "2026-06-11", until: "2026-06-21", quantity: 2 },
    ]);
  });

  it("hold as many days as there were, however they came and went", () => {
    const changes = fc.uniqueArray(fc.tuple(fc.integer({ min: -5, max: 35 }), fc.integer({ min: 0, max: 9 })), {
      selector: ([at]) => at,
    });
    fc.assert(
      fc.property(changes, (drawn) => {
        const of = drawn
          .toSorted(([left], [right]) => left - right)
          .map(([at, quantity]) => ({ from: addDays(june.start, at), quantity }));
        const layered = layersOf(of, june).reduce(
          (sum, { from, until, quantity }) => sum + quantity * daysBetween(from, until),
          0,
        );
        let counted = 0;
        for (let on = june.start; on < june.end; on = addDays(on, 1)) {
          counted += of.findLast(({ from }) => from <= on)?.quantity ?? 0;
        }
        expect(layered).toBe(counted);
      }),
    );
  });
});

describe("a subscription", () => {
  it("is due on the first day of its periods in advance, and on the last in arrears", () => {
    expect(partsText(plan, "2026-02-02")).toEqual([
      "10 2026-01-01–2026-02-01 at 10000 on 2026-01-01",
      "10 2026-02-01–2026-03-01 at 10000 on 2026-02-01",
    ]);
    expect(partsText({ ...plan, billed: "in_arrears" }, "2026-02-02")).toEqual([
      "10 2026-01-01–2026-02-01 at 10000 on 2026-01-31",
    ]);
  });

  it("begins within a period, ends within one, and is counted by days in both", () => {
    const cut = { ...plan, startsOn: day("2026-01-17"), cancelledFrom: day("2026-02-15") };
    expect(partsText(cut, "2027-01-01")).toEqual([
      "10 2026-01-17–2026-02-01 at 10000 on 2026-01-17",
      "10 2026-02-01–2026-02-15 at 10000 on 2026-02-01",
    ]);
  });

  it("leaves what it began with as it was when seats are added, also when that was billed before", () => {
    const more = { ...plan, quantities: [...plan.quantities, { from: day("2026-01-20"), quantity: 13 }] };
    expect(partsText(more, "2026-02-01")).toEqual([
      "10 2026-01-01–2026-02-01 at 10000 on 2026-01-01",
      "3 2026-01-20–2026-02-01 at 10000 on 2026-01-20",
    ]);
  });

  it("renews at a higher price, compounded and rounded each time, from the day of the renewal", () => {
    const startsOn = day("2024-02-29");
    const rising = {
      ...plan,
      startsOn,
      anchoredOn: day("2024-03-01"),
      prices: [{ from: startsOn, priceMinor: "10000" }],
      quantities: [{ from: startsOn, quantity: 10 }],
      termMonths: 12,
      upliftBasisPoints: 333,
    };
    expect(priceOn(rising, day("2025-02-27")).minor).toBe(10_000n);
    // A year after the 29th of February is the 28th.
    expect(priceOn(rising, day("2025-02-28"))).toEqual({ minor: 10_333n, since: "2025-02-28", upliftBasisPoints: 333 });
    expect(priceOn(rising, day("2026-03-01")).minor).toBe(10_677n);
    expect(partsText(rising, "2025-03-02").slice(-3)).toEqual([
      "10 2025-02-01–2025-02-28 at 10000 on 2025-02-01",
      "10 2025-02-28–2025-03-01 at 10333 on 2025-02-28",
      "10 2025-03-01–2025-04-01 at 10333 on 2025-03-01",
    ]);
  });

  it("ends with its term when it does not renew", () => {
    expect(partsText({ ...plan, termMonths: 1, renews: false }, "2027-01-01")).toHaveLength(1);
  });

  it("leaves out what was billed elsewhere", () => {
    expect(partsText({ ...plan, billedThrough: day("2026-01-31") }, "2026-03-01")).toEqual([
      "10 2026-02-01–2026-03-01 at 10000 on 2026-02-01",
    ]);
  });

  it.each([
    [{ renews: false }, "renews says that it ends with its term, and no term was agreed"],
    [{ upliftBasisPoints: 300 }, "upliftBasisPoints is added at renewals, and it does not renew"],
    [{ cancelledFrom: day("2026-01-01") }, "cancelledFrom is not after 2026-01-01, the first day"],
    [{ billedThrough: day("2026-01-30") }, "billedThrough 2026-01-30 is not the last day of a period"],
    [
      { termMonths: 12, prices: [...plan.prices, { from: day("2026-07-01"), priceMinor: "1" }] },
      "prices change on 2026-07-01, which is no day of a renewal",
    ],
  ])("that contradicts itself says where: %j", (change, said) => {
    expect(subscriptionIssues({ ...plan, ...change }).map(({ member, reason }) => `${member} ${reason}`)).toEqual([
      said,
    ]);
  });
});
