import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { type BusinessCalendar, type Opening } from "../../calendar/business-calendar.ts";
import type { LocalDate } from "../../calendar/local-date.ts";
import { lateSeconds, planClock, type Waiting } from "../plan-clock.ts";
import { type Owner, type Step, stepDone } from "../step.ts";
import { platformTerms } from "../waits.ts";

type Scenario = {
  readonly title: string;
  readonly rule: string;
  readonly zone: string;
  readonly hours?: Readonly<Record<string, string>>;
  readonly holidays?: Readonly<Record<string, string>>;
  readonly wait: string;
  readonly owner?: Owner;
  readonly terms?: { readonly hours: number; readonly steps: readonly Step[] };
  readonly since: string;
  readonly stopped?: string;
  readonly pauses?: readonly { readonly from: string; readonly until?: string }[];
  readonly due: string;
  readonly late?: number;
  readonly looks: readonly { readonly at: string; readonly takes: readonly string[] }[];
};

const scenarios = parse(readFileSync(new URL("clocks.yaml", import.meta.url), "utf8")) as readonly Scenario[];

it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", (_title, scenario) => {
  const terms = { ...platformTerms(scenario.wait), ...scenario.terms };
  const calendar = calendarOf(scenario);
  let waiting: Waiting = {
    since: new Date(scenario.since),
    pauses: (scenario.pauses ?? []).map(({ from, until }) => ({
      from: new Date(from),
      until: until === undefined ? undefined : new Date(until),
    })),
    stoppedAt: scenario.stopped === undefined ? undefined : new Date(scenario.stopped),
    taken: 0,
    owner: scenario.owner ?? terms.owner ?? "platform",
  };
  const plan = planClock(waiting, terms, calendar, new Date(scenario.since));
  expect(plan.dueAt?.toISOString() ?? "never").toBe(isoOf(scenario.due));
  if (waiting.stoppedAt !== undefined) expect(lateSeconds(plan.dueAt, waiting.stoppedAt)).toBe(scenario.late);
  for (const { at, takes } of scenario.looks) {
    const now = new Date(at);
    const { due } = planClock(waiting, terms, calendar, now);
    const said = due.flatMap(({ step, to, dueAt }) => [
      step.does === "remind" ? `reminded ${to}` : `${stepDone[step.does]} to ${to}`,
      `${lateSeconds(dueAt, now)} s late`,
    ]);
    expect(said, `at ${at}`).toEqual(takes);
    waiting = { ...waiting, taken: waiting.taken + due.length, owner: due.at(-1)?.to ?? waiting.owner };
  }
});

const isoOf = (due: string) => (due === "never" ? due : new Date(due).toISOString());

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

const calendarOf = ({ zone, hours = {}, holidays = {} }: Scenario): BusinessCalendar => ({
  zone,
  week: new Map(Object.entries(hours).map(([day, text]) => [weekdays.indexOf(day) + 1, openingOf(text)])),
  days: new Map(Object.entries(holidays).map(([date, text]) => [date as LocalDate, openingOf(text)])),
});

function openingOf(text: string): Opening | "closed" {
  if (text === "closed") return text;
  const [opens = 0, closes = 0] = text.split("-").map((time) => {
    const [hour, minute] = time.split(":").map(Number);
    return (hour ?? 0) * 60 + (minute ?? 0);
  });
  return { opens, closes };
}
