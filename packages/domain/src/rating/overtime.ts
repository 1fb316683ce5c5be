import { isoWeekStart, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { type HourTerms, type OvertimeRule, weekdayOf } from "@plumbline/domain/engagement/time-terms";

type Worked = {
  readonly engagementId: string;
  readonly workerId: string;
  readonly workedOn: LocalDate;
  readonly minutes: number;
};

/** Minutes of an entry that one rule raises, or none. */
export type OvertimeSlice = { readonly minutes: number; readonly rule: OvertimeRule | undefined };

/**
 * Which minutes of each entry are overtime, to the minute. A worker's hours for an engagement are counted in the order
 * of the entries, after those that were billed before. Of several rules the one that raises most holds alone, and what
 * its day raises counts towards no week, so that no hour is raised twice.
 *
 * @param entries in the order in which they were worked
 */
export function overtimeSlices(
  entries: readonly (Worked & { readonly terms: HourTerms })[],
  before: readonly Worked[],
): OvertimeSlice[][] {
  const beforeOf = Map.groupBy(before, workKey);
  const days = new Map<string, number>();
  const weeks = new Map<string, number>();
  return entries.map((entry) => {
    const rules = entry.terms.overtime ?? [];
    if (rules.length === 0) return [{ minutes: entry.minutes, rule: undefined }];
    const key = workKey(entry);
    const monday = isoWeekStart(entry.workedOn);
    const [dayKey, weekKey] = [`${key}|${entry.workedOn}`, `${key}|${monday}`];
    const earlier = dayTotals(beforeOf.get(key) ?? []);
    const position = {
      day: days.get(dayKey) ?? earlier.get(entry.workedOn) ?? 0,
      week: weeks.get(weekKey) ?? regularMinutes(earlier, monday, entry.terms),
    };
    const slices = slicesOf(entry, rules, position);
    days.set(dayKey, position.day);
    weeks.set(weekKey, position.week);
    return slices;
  });
}

const workKey = ({ engagementId, workerId }: Worked): string => `${engagementId}|${workerId}`;

function dayTotals(worked: readonly Worked[]): ReadonlyMap<LocalDate, number> {
  const totals = new Map<LocalDate, number>();
  for (const { workedOn, minutes } of worked) totals.set(workedOn, (totals.get(workedOn) ?? 0) + minutes);
  return totals;
}

/** Minutes of a week that no rule of a day raised. */
function regularMinutes(days: ReadonlyMap<LocalDate, number>, monday: LocalDate, terms: HourTerms): number {
  let sum = 0;
  for (const [on, minutes] of days) {
    if (isoWeekStart(on) !== monday || (terms.overtime ?? []).some((rule) => isOn(rule, on, terms))) continue;
    sum += Math.min(minutes, ...(terms.overtime ?? []).flatMap((rule) => (isPer(rule, "day") ? rule.overMinutes : [])));
  }
  return sum;
}

function slicesOf(
  { workedOn, minutes, terms }: Worked & { readonly terms: HourTerms },
  rules: readonly OvertimeRule[],
  position: { day: number; week: number },
): OvertimeSlice[] {
  const ofDay = rules.filter((rule) => isOn(rule, workedOn, terms));
  const perDay = rules.filter((rule) => isPer(rule, "day"));
  const perWeek = rules.filter((rule) => isPer(rule, "week"));
  const slices: OvertimeSlice[] = [];
  let left = minutes;
  while (left > 0) {
    const raisedByDay = [...ofDay, ...perDay.filter(({ overMinutes }) => overMinutes <= position.day)];
    const raised = [...raisedByDay, ...perWeek.filter(({ overMinutes }) => overMinutes <= position.week)];
    const countsToWeek = raisedByDay.length === 0;
    const taken = Math.min(
      left,
      toNext(perDay, position.day),
      countsToWeek ? toNext(perWeek, position.week) : Number.POSITIVE_INFINITY,
    );
    append(slices, { minutes: taken, rule: highest(raised) });
    position.day += taken;
    if (countsToWeek) position.week += taken;
    left -= taken;
  }
  return slices;
}

type Threshold = Extract<OvertimeRule, { readonly overMinutes: number }>;

const isPer = (rule: OvertimeRule, span: Threshold["per"]): rule is Threshold => "per" in rule && rule.per === span;

const isOn = (rule: OvertimeRule, on: LocalDate, { holidays = [] }: HourTerms): boolean =>
  "on" in rule && (rule.on === "holidays" ? holidays.includes(on) : rule.on === weekdayOf(on));

const toNext = (rules: readonly Threshold[], position: number): number =>
  Math.min(...rules.flatMap(({ overMinutes }) => (overMinutes > position ? overMinutes - position : [])));

const highest = (rules: readonly OvertimeRule[]): OvertimeRule | undefined =>
  rules.reduce<OvertimeRule | undefined>(
    (best, rule) => (best === undefined || rule.basisPoints > best.basisPoints ? rule : best),
    undefined,
  );

function append(slices: OvertimeSlice[], slice: OvertimeSlice): void {
  const last = slices.at(-1);
  if (last !== undefined && last.rule === slice.rule) {
    slices[slices.length - 1] = { ...last, minutes: last.minutes + slice.minutes };
  } else slices.push(slice);
}
