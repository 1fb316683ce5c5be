import { type ClockPlan, planClock } from "@plumbline/domain/clock/plan-clock";
import type { Owner, Step } from "@plumbline/domain/clock/step";
import { namesOf, platformTerms, type WaitTerms } from "@plumbline/domain/clock/waits";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { type ClockRow, pausesOf } from "./clock-store.ts";
import { loadCalendars } from "./load-calendars.ts";

export type PlannedClock = ClockPlan & {
  /** On whom it waits, before any step that is due now. */
  readonly owner: Owner;
  /** The firm's policy it goes by; the platform's terms when absent. */
  readonly policyId: string | undefined;
};

/** Says what is due of a clock at an instant. */
export type ClockPlanner = (row: ClockRow, now: Date) => PlannedClock;

/** Reads calendars and policies of a firm once. */
export async function loadPlanner(tx: TenantTx): Promise<ClockPlanner> {
  const calendars = await loadCalendars(tx);
  const policies = Map.groupBy(await query<PolicyRow>(tx, policiesSql), ({ wait }) => wait);

  /** What was recorded last before the clock started, of its cause before its lane: later changes touch no clock that runs. */
  const policyOf = ({ wait, since }: ClockRow): PolicyRow | undefined =>
    namesOf(wait)
      .flatMap((name) => policies.get(name)?.find(({ recorded_at }) => recorded_at <= since) ?? [])
      .at(0);

  return (row, now) => {
    const policy = policyOf(row);
    const terms: WaitTerms = { ...platformTerms(row.wait), ...(policy && termsOf(policy)) };
    const owner = row.owner ?? terms.owner ?? row.exception_owner ?? "platform";
    const waiting = {
      since: row.since,
      pauses: pausesOf(row),
      stoppedAt: row.stopped_at ?? undefined,
      taken: row.taken,
      owner,
    };
    return { ...planClock(waiting, terms, calendars.of(row.legal_entity_id), now), owner, policyId: policy?.id };
  };
}

export type PolicyRow = {
  readonly id: string;
  readonly wait: string;
  readonly owner: Owner | null;
  readonly hours: number;
  readonly steps: readonly Step[];
  readonly recorded_at: Date;
};

export const policiesSql =
  "select id, wait, owner, hours, steps, recorded_at from sla_policies order by recorded_at desc, id desc";

const termsOf = ({ owner, hours, steps }: PolicyRow): WaitTerms => ({
  hours,
  steps,
  ...(owner !== null && { owner }),
});
