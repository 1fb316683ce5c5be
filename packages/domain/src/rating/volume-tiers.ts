import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthStart, type TierStep, tierSpanStart, type VolumeTiers } from "@plumbline/domain/engagement/time-terms";
import type { BilledMonth } from "./billed-before.ts";

/** Minutes as they are priced: source minutes, and what the increments made of them. */
export type Minutes = { readonly minutes: number; readonly billedMinutes: number };

type Counted = Minutes & {
  readonly engagementId: string;
  readonly workedOn: LocalDate;
  readonly tiers: VolumeTiers | undefined;
};

export type TierSlice = Minutes & { readonly tier: TierStep | undefined };

/**
 * The tier of every billed minute, after those that were billed before in its span. Graduated tiers divide work to the
 * minute where they begin; when all units take the tier that is reached, all of this work does. What earlier invoices
 * billed below it stays as it was billed.
 *
 * @param work in the order in which it was worked
 */
export function tierSlices(work: readonly Counted[], before: readonly BilledMonth[]): TierSlice[][] {
  const counts = new Map<string, number>();
  const countAt = (key: string, { engagementId, workedOn }: Counted, tiers: VolumeTiers): number =>
    counts.get(key) ?? billedInSpan(before, { engagementId, per: tiers.per, workedOn });
  const keyed = work.map((each) => ({ each, key: spanKey(each) }));
  for (const { each, key } of keyed) {
    if (each.tiers?.mode !== "all_units") continue;
    counts.set(key, countAt(key, each, each.tiers) + each.billedMinutes);
  }
  return keyed.map(({ each, key }) => {
    const { tiers, minutes, billedMinutes } = each;
    if (tiers === undefined) return [{ minutes, billedMinutes, tier: undefined }];
    const count = countAt(key, each, tiers);
    if (tiers.mode === "all_units") return [{ minutes, billedMinutes, tier: tierAt(tiers, count) }];
    counts.set(key, count + billedMinutes);
    return divideAt(tiers, each, count);
  });
}

const spanKey = ({ engagementId, tiers, workedOn }: Counted): string =>
  tiers === undefined ? "" : `${engagementId}|${tierSpanStart(tiers.per, workedOn) ?? ""}`;

const billedInSpan = (
  before: readonly BilledMonth[],
  { engagementId, per, workedOn }: { engagementId: string; per: VolumeTiers["per"]; workedOn: LocalDate },
): number => {
  const span = tierSpanStart(per, monthStart(workedOn));
  return before
    .filter((billed) => billed.engagementId === engagementId && tierSpanStart(per, billed.month) === span)
    .reduce((sum, billed) => sum + billed.billedMinutes, 0);
};

const tierAt = ({ steps }: VolumeTiers, count: number): TierStep | undefined =>
  steps.findLast(({ fromMinutes }) => fromMinutes <= count);

function divideAt(tiers: VolumeTiers, { minutes, billedMinutes }: Minutes, count: number): TierSlice[] {
  const slices: TierSlice[] = [];
  let [source, billed, position] = [minutes, billedMinutes, count];
  do {
    const next = Math.min(
      ...tiers.steps.flatMap(({ fromMinutes }) => (fromMinutes > position ? fromMinutes - position : [])),
    );
    const taken = Math.min(billed, next);
    const ofSource = taken === billed ? source : Math.min(source, taken);
    slices.push({ minutes: ofSource, billedMinutes: taken, tier: tierAt(tiers, position) });
    source -= ofSource;
    billed -= taken;
    position += taken;
  } while (billed > 0);
  return slices;
}
