import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { HourTerms, OvertimeRule, Travel } from "@plumbline/domain/engagement/time-terms";
import type { BilledBefore } from "./billed-before.ts";
import type { HourConditions } from "./hour-price.ts";
import { overtimeSlices } from "./overtime.ts";
import { type Minutes, tierSlices } from "./volume-tiers.ts";

/** A part of an entry whose hours all cost the same, with what decides that besides the rate. */
export type TimePart = Minutes & HourConditions;

type Entry = {
  readonly id: string;
  readonly engagementId: string;
  readonly workerId: string;
  readonly workedOn: LocalDate;
  readonly task: string;
  readonly minutes: number;
  readonly billedMinutes: number;
  readonly terms: HourTerms;
};

/**
 * Divides entries where overtime begins and where volume tiers do. Time on the way is neither overtime nor counts
 * towards it. The minutes of the parts sum to the entry's, worked and billed.
 *
 * @returns by entry, in the order given
 */
export function timeParts(entries: readonly Entry[], before: BilledBefore): TimePart[][] {
  const inOrder = entries.map((_, index) => index).toSorted((left, right) => byTime(entries, left, right));
  const parts = entries.map((): TimePart[] => []);
  const atWork: number[] = [];
  for (const index of inOrder) {
    const entry = entries[index] as Entry;
    const travel = travelOf(entry);
    if (travel === undefined) atWork.push(index);
    else parts[index] = [{ minutes: entry.minutes, billedMinutes: entry.billedMinutes, travel }];
  }
  const travelTasks = new Set(
    entries.flatMap(({ engagementId, terms }) => (terms.travel?.tasks ?? []).map((task) => `${engagementId}|${task}`)),
  );
  const slices = overtimeSlices(
    atWork.map((index) => entries[index] as Entry),
    before.days.filter(({ engagementId, task }) => !travelTasks.has(`${engagementId}|${task}`)),
  );
  for (const [at, index] of atWork.entries()) {
    parts[index] = billedParts(slices[at] ?? [], (entries[index] as Entry).billedMinutes);
  }
  return inTiers(entries, { parts, inOrder, before });
}

const byTime = (entries: readonly Entry[], left: number, right: number): number => {
  const [one, other] = [entries[left] as Entry, entries[right] as Entry];
  if (one.workedOn !== other.workedOn) return one.workedOn < other.workedOn ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
};

const travelOf = ({ task, terms }: Pick<Entry, "task" | "terms">): Travel | undefined =>
  terms.travel?.tasks.includes(task) === true ? terms.travel : undefined;

/** What increments added goes to the last part; what was billed before is missing at the end. */
function billedParts(
  slices: readonly { readonly minutes: number; readonly rule: OvertimeRule | undefined }[],
  billedMinutes: number,
): TimePart[] {
  let left = billedMinutes;
  return slices.map(({ minutes, rule }, index) => {
    const billed = index === slices.length - 1 ? left : Math.min(left, minutes);
    left -= billed;
    return { minutes, billedMinutes: billed, overtime: rule };
  });
}

function inTiers(
  entries: readonly Entry[],
  input: {
    readonly parts: readonly TimePart[][];
    readonly inOrder: readonly number[];
    readonly before: BilledBefore;
  },
): TimePart[][] {
  const { parts, inOrder, before } = input;
  if (entries.every(({ terms }) => terms.tiers === undefined)) return [...parts];
  const flat = inOrder.flatMap((index) => (parts[index] ?? []).map((part) => ({ index, part })));
  const tiered = tierSlices(
    flat.map(({ index, part }) => {
      const { engagementId, workedOn, terms } = entries[index] as Entry;
      return { ...part, engagementId, workedOn, tiers: terms.tiers };
    }),
    before.months,
  );
  const result = entries.map((): TimePart[] => []);
  for (const [at, { index, part }] of flat.entries()) {
    result[index]?.push(...(tiered[at] ?? []).map((slice) => ({ ...part, ...slice })));
  }
  return result;
}
