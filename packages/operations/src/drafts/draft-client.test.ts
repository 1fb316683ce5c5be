import fc from "fast-check";
import { expect, it } from "vitest";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { subjects } from "@plumbline/domain/policy/facts";
import { draftClient } from "./draft-client.ts";
import { bookOf } from "./scenarios/scenario-book.ts";
import type { Given } from "./scenarios/scenario-kit.ts";
import { workOf } from "./scenarios/scenario-work.ts";
import type { WorkEntry } from "./work-entry.ts";

const noRules = {
  hash: "",
  packs: [],
  rulesOn: Object.fromEntries(subjects.map((subject) => [subject, []])),
} as unknown as PolicyBundle;

const entry = fc
  .record({
    day: fc.integer({ min: 1, max: 28 }),
    minutes: fc.integer({ min: 1, max: 600 }),
    role: fc.constantFrom("Senior", "Junior"),
    project: fc.constantFrom("Rollout", "Training", "Pitch"),
  })
  .map(
    ({ day, minutes, role, project }) => `2026-10-${String(day).padStart(2, "0")} ${minutes} min ${role} on ${project}`,
  );

/** Every way in which time is rounded, capped, grouped and given away. */
const givens = fc
  .record({
    work: fc.array(entry, { minLength: 1, maxLength: 25 }),
    grouping: fc.constantFrom("client", "engagement", "project"),
    increment: fc.record({ minutes: fc.constantFrom(1, 6, 15), per: fc.constantFrom("entry", "day") }),
    hours: fc.constantFrom({}, { overtime: "150% over 8 h a day" }),
    cap: fc.option(fc.record({ amount: fc.integer({ min: 1, max: 3_000 }).map((euro) => `${euro}.00`) }), {
      nil: undefined,
    }),
  })
  .map(({ cap, ...given }) => ({
    ...given,
    ...(cap && { cap }),
    rates: { Senior: "133.33", Junior: "71.01" },
    unbillableProjects: ["Pitch"],
  })) as fc.Arbitrary<Given>;

function draftOf(given: Given, order: (entries: readonly WorkEntry[]) => readonly WorkEntry[] = (entries) => entries) {
  const scenario = { title: "", rule: "", given, expect: { invoices: [] } };
  const screening = { duplicates: new Set<never>(), overlaps: new Set<never>(), weeks: new Map<string, never>() };
  const { entries, pieces } = workOf(scenario);
  const drafted = draftClient(bookOf(scenario, noRules), {
    entries: order(entries),
    pieces,
    screening,
    weeks: new Map(),
  });
  return { entries, ...drafted };
}

const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void) =>
  expect(() => fc.assert(fc.property(arbitrary, check))).not.toThrow();

const sum = <T>(items: readonly T[], of: (item: T) => bigint): bigint =>
  items.reduce((total, item) => total + of(item), 0n);

it("adds up: lines to net, taxes to tax, both to the total, and each tax is of all lines", () => {
  holds(givens, (given) => {
    for (const draft of draftOf(given).drafts) {
      expect(draft.netMinor).toBe(sum(draft.lines, ({ netMinor }) => netMinor));
      expect(draft.taxMinor).toBe(sum(draft.taxes, ({ taxMinor }) => taxMinor));
      expect(sum(draft.taxes, ({ baseMinor }) => baseMinor)).toBe(draft.netMinor);
      expect(draft.totalMinor).toBe(draft.netMinor + draft.taxMinor);
      expect(draft.minutes).toBe(draft.lines.reduce((minutes, line) => minutes + line.minutes, 0));
    }
  });
});

it("puts every minute in exactly one place: on a line, accounted for otherwise, or held", () => {
  holds(givens, (given) => {
    const { entries, drafts, outcomes, findings } = draftOf(given);
    const placed = new Map<string, number>();
    const place = (id: string, minutes: number) => placed.set(id, (placed.get(id) ?? 0) + minutes);
    for (const { work, minutes } of drafts.flatMap(({ lines }) => lines.flatMap(({ claims }) => claims)))
      place(work.id, minutes);
    for (const { entry: of } of outcomes) place(of.id, of.minutes);
    const onLines = new Map(placed);
    const held = new Set(findings.flatMap(({ holds: work }) => work.map(({ entry: of }) => of.id)));
    for (const { id, minutes } of entries) {
      if (held.has(id)) expect(onLines.get(id) ?? 0).toBeLessThan(minutes);
      else expect(onLines.get(id)).toBe(minutes);
    }
    expect(findings.reduce((minutes, finding) => minutes + finding.minutes, 0)).toBe(
      entries.reduce((minutes, each) => minutes + each.minutes, 0) -
        [...placed.values()].reduce((minutes, each) => minutes + each, 0),
    );
  });
});

it("makes the same drafts whatever the order in which the work comes", () => {
  const withoutIds = ({ drafts }: ReturnType<typeof draftOf>) =>
    drafts.map((draft) => ({
      ...draft,
      id: "",
      facts: undefined,
      lines: draft.lines.map((line) => ({ ...line, id: "" })),
    }));
  holds(fc.tuple(givens, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }))), ([given, random]) => {
    const shuffled = (entries: readonly WorkEntry[]) =>
      entries
        .map((of) => ({ of, at: random.next().value }))
        .toSorted((left, right) => left.at - right.at)
        .map(({ of }) => of);
    expect(withoutIds(draftOf(given, shuffled))).toEqual(withoutIds(draftOf(given)));
  });
});

it("comes to the same when a month is billed in two parts, where a minute has a price of its own", () => {
  const linear = givens.map(({ cap: _cap, hours: _hours, ...given }): Given => ({
    ...given,
    increment: { minutes: 6, per: "entry" },
    rates: { Senior: "120.00", Junior: "72.00" },
  }));
  holds(fc.tuple(linear, fc.integer({ min: 1, max: 28 })), ([given, day]) => {
    const billed = (keep: (on: string) => boolean) =>
      sum(
        draftOf(given, (entries) => entries.filter(({ workedOn }) => keep(workedOn))).drafts,
        ({ netMinor }) => netMinor,
      );
    const from = `2026-10-${String(day).padStart(2, "0")}`;
    expect(billed((on) => on < from) + billed((on) => on >= from)).toBe(billed(() => true));
  });
});
