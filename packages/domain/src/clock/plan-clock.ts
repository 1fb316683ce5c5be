import type { BusinessCalendar } from "../calendar/business-calendar.ts";
import { dueAt, type Pause } from "../calendar/business-time.ts";
import { type Owner, ownerAfter, type Step } from "./step.ts";
import type { WaitTerms } from "./waits.ts";

/** What is known of something that waits. */
export type Waiting = {
  readonly since: Date;
  readonly pauses: readonly Pause[];
  /** Absent while it runs. */
  readonly stoppedAt?: Date | undefined;
  /** How many of its steps were taken. They are taken in order, so these are the first. */
  readonly taken: number;
  readonly owner: Owner;
};

export type DueStep = {
  readonly ordinal: number;
  readonly step: Step;
  readonly dueAt: Date;
  /** On whom it waits before and after the step. */
  readonly from: Owner;
  readonly to: Owner;
};

export type ClockPlan = {
  /** When all of the allowed time has passed. Absent when that never comes, as while a pause goes on. */
  readonly dueAt: Date | undefined;
  /** Steps that are due by now and not taken, in order. None once it stopped, however late it was. */
  readonly due: readonly DueStep[];
  /** When the next of the others is. */
  readonly nextAt: Date | undefined;
};

/** What is due of a clock at an instant, under its terms and in business time. Asked again, it says the same. */
export function planClock(
  waiting: Waiting,
  terms: Pick<WaitTerms, "hours" | "steps">,
  calendar: BusinessCalendar,
  now: Date,
): ClockPlan {
  const { since, pauses, stoppedAt, taken } = waiting;
  const minutes = terms.hours * 60;
  // Rounded up to a whole minute, so that no step comes early.
  const at = (percent: number) => dueAt(since, Math.ceil((minutes * percent) / 100), calendar, pauses);
  const plan = { dueAt: at(100), due: [], nextAt: undefined };
  if (stoppedAt !== undefined) return plan;

  const due: DueStep[] = [];
  let owner = waiting.owner;
  for (const [ordinal, step] of terms.steps.entries()) {
    if (ordinal < taken) continue;
    const stepDueAt = at(step.percent);
    if (stepDueAt === undefined || stepDueAt > now) return { ...plan, due, nextAt: stepDueAt };
    const to = ownerAfter(owner, step);
    due.push({ ordinal, step, dueAt: stepDueAt, from: owner, to });
    owner = to;
  }
  return { ...plan, due };
}

/** By how many seconds something is or was late, at an instant. */
export const lateSeconds = (due: Date | undefined, at: Date): number =>
  due === undefined ? 0 : Math.max(0, Math.floor((at.getTime() - due.getTime()) / 1_000));
