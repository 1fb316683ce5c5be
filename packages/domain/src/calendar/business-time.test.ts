import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueAt, lateSince } from "./business-time.ts";

const berlin = "Europe/Berlin";
const due = (since: string, hours: number, zone = berlin) => dueAt(new Date(since), hours, zone).toISOString();
const late = (now: string, hours: number, zone = berlin) => lateSince(new Date(now), hours, zone).toISOString();

describe("business time", () => {
  it.each([
    ["within a day", "2026-11-03T09:00:00Z", 4, "2026-11-03T13:00:00.000Z"],
    ["over a night", "2026-11-03T15:00:00Z", 4, "2026-11-04T11:00:00.000Z"],
    ["8 hours as a day", "2026-11-03T10:15:00Z", 8, "2026-11-04T10:15:00.000Z"],
    ["over a weekend", "2026-11-06T10:15:00Z", 16, "2026-11-10T10:15:00.000Z"],
    ["from Monday morning when it began on a Saturday", "2026-11-07T10:15:00Z", 8, "2026-11-09T16:00:00.000Z"],
    ["from the morning when it began before it", "2026-11-03T03:00:00Z", 4, "2026-11-03T12:00:00.000Z"],
    ["from the next morning when it began in the evening", "2026-11-03T20:00:00Z", 4, "2026-11-04T12:00:00.000Z"],
    // Berlin leaves summer time in the night to 25 October, and enters it on 29 March 2026.
    ["by the wall when clocks were set back", "2026-10-23T08:15:00Z", 8, "2026-10-26T09:15:00.000Z"],
    ["by the wall when clocks were set forward", "2026-03-27T09:15:00Z", 8, "2026-03-30T08:15:00.000Z"],
  ])("counts %s", (_, since, hours, expected) => {
    expect(due(since, hours)).toBe(expected);
  });

  it("is that of the entity, not of the machine", () => {
    expect(due("2026-11-03T12:00:00Z", 4, "America/New_York")).toBe("2026-11-03T18:00:00.000Z");
    expect(due("2026-11-03T12:00:00Z", 4, "Asia/Kolkata")).toBe("2026-11-04T07:30:00.000Z");
  });

  it("tells from now what is late", () => {
    expect(late("2026-11-04T10:15:00Z", 8)).toBe("2026-11-03T10:15:00.000Z");
    expect(late("2026-11-09T10:15:00Z", 8)).toBe("2026-11-06T10:15:00.000Z");
    expect(late("2026-11-08T12:00:00Z", 4)).toBe("2026-11-06T12:00:00.000Z");
    expect(late("2026-10-26T09:15:00Z", 8)).toBe("2026-10-23T08:15:00.000Z");
  });

  it("says the same both ways, whenever and wherever", () => {
    const minute = 60_000;
    const instant = fc.integer({ min: Date.UTC(2024, 0) / minute, max: Date.UTC(2028, 0) / minute });
    const zones = fc.constantFrom(
      berlin,
      "America/New_York",
      "America/Sao_Paulo",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
    );
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: 0, max: 20_000 }),
        fc.constantFrom(4, 8, 16, 24),
        zones,
        (at, ago, hours, zone) => {
          const [now, since] = [new Date(at * minute), new Date((at - ago) * minute)];
          expect(since <= lateSince(now, hours, zone)).toBe(dueAt(since, hours, zone) <= now);
        },
      ),
    );
  });
});
