import { type DueStep, lateSeconds } from "@plumbline/domain/clock/plan-clock";
import { type Owner, stepDone } from "@plumbline/domain/clock/step";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { clockColumns, type ClockRow } from "./clock-store.ts";
import { loadPlanner, type PlannedClock } from "./clock-planner.ts";

const clocksMax = 200;

type Claimed = ClockRow & { readonly at: Date };
type Kept = { readonly row: Claimed; readonly plan: PlannedClock };
type Taken = DueStep & { readonly id: string; readonly row: Claimed };

/**
 * Looks after clocks whose time has come, by the time of the database: reckons when those that just started are due, and takes
 * the steps that are due, all in one transaction. Several keepers may run: each skips what another has. One that dies leaves
 * everything as it was. What became due while none ran is done now, once, in order, with how late it is.
 *
 * @returns how many it looked after; none when there is nothing to do
 * @throws Problem `permission-missing`
 */
export async function keepClocks(scope: Scope): Promise<number> {
  demand(scope, "clock.keep");
  const rows = await claimClocks(scope.tx);
  if (rows.length === 0) return 0;
  const plan = await loadPlanner(scope.tx);
  const kept = await withTheirSubjects(
    scope.tx,
    rows.map((row) => ({ row, plan: plan(row, row.at) })),
  );
  await saveKept(scope.tx, kept);
  const taken = kept.flatMap(({ row, plan: { due } }) => due.map((step) => ({ ...step, row, id: scope.newId() })));
  if (taken.length > 0) await takeSteps(scope, taken);
  return kept.length;
}

const claimClocks = (tx: TenantTx): Promise<Claimed[]> =>
  query<Claimed>(
    tx,
    `select ${clockColumns}, now() as at
       from (select * from clocks where next_at <= now() order by next_at limit ${clocksMax} for update skip locked) c`,
  );

/**
 * Those whose exceptions nobody is moving just now. Waiting for the others could be for ever: whoever moves an exception stops its
 * clock, which is ours meanwhile. They are looked after in the next round.
 */
async function withTheirSubjects(tx: TenantTx, kept: readonly Kept[]): Promise<readonly Kept[]> {
  const moving = kept.flatMap(({ row, plan }) =>
    row.exception_id !== null && plan.due.length > 0 ? [row.exception_id] : [],
  );
  if (moving.length === 0) return kept;
  const locked = await query<{ id: string }>(tx, "select id from exceptions where id = any(?) for update skip locked", [
    moving,
  ]);
  const ours = new Set(locked.map(({ id }) => id));
  return kept.filter(
    ({ row, plan }) => row.exception_id === null || plan.due.length === 0 || ours.has(row.exception_id),
  );
}

async function saveKept(tx: TenantTx, kept: readonly Kept[]): Promise<void> {
  await query(
    tx,
    `update clocks c set owner = u.owner, sla_policy_id = u.policy, due_at = u.due, next_at = u.next
       from unnest(?::uuid[], ?::text[], ?::uuid[], ?::timestamptz[], ?::timestamptz[]) u (id, owner, policy, due, next)
      where c.id = u.id`,
    [
      kept.map(({ row }) => row.id),
      kept.map(({ plan }) => plan.due.at(-1)?.to ?? plan.owner),
      kept.map(({ plan }) => plan.policyId ?? null),
      kept.map(({ plan }) => plan.dueAt ?? null),
      kept.map(({ plan }) => plan.nextAt ?? null),
    ],
  );
}

/** Writes the steps down, hands exceptions over, and states what happened. Whoever is to be told gets one message about all of it. */
async function takeSteps(scope: Scope, taken: readonly Taken[]): Promise<void> {
  const notices = new Map(taken.map(({ to }) => [to, scope.newId<"notice">()]));
  await insertRows(scope.tx, "notices", [...notices], {
    id: ["uuid", ([, id]) => id],
    role: ["text", ([role]) => role],
  });
  await insertRows(scope.tx, "clock_steps", taken, {
    id: ["uuid", ({ id }) => id],
    clock_id: ["uuid", ({ row }) => row.id],
    ordinal: ["int", ({ ordinal }) => ordinal],
    percent: ["int", ({ step }) => step.percent],
    does: ["text", ({ step }) => step.does],
    from_owner: ["text", ({ from }) => from],
    to_owner: ["text", ({ to }) => to],
    due_at: ["timestamptz", ({ dueAt }) => dueAt],
    notice_id: ["uuid", ({ to }) => notices.get(to)],
  });
  await handExceptionsOver(scope.tx, taken);
  await scope.emit([
    ...taken.map((step) => ({ name: eventOf(step), subjectId: step.row.id, data: factOf(step) })),
    ...[...notices].map(([role, subjectId]) => ({ name: "notice.written", subjectId, data: { role } })),
  ]);
  await scope.audit(taken.map((step) => ({ action: eventOf(step), subjectId: step.row.id })));
}

async function handExceptionsOver(tx: TenantTx, taken: readonly Taken[]): Promise<void> {
  // Of several steps of one exception the last decides.
  const owners = new Map(
    taken.flatMap(({ row, to }): [string, Owner][] => (row.exception_id === null ? [] : [[row.exception_id, to]])),
  );
  if (owners.size === 0) return;
  await query(
    tx,
    `update exceptions x set owner = u.owner from unnest(?::uuid[], ?::text[]) u (id, owner)
      where x.id = u.id and x.owner <> u.owner`,
    [[...owners.keys()], [...owners.values()]],
  );
}

const eventOf = ({ step }: Taken) => `clock.${stepDone[step.does]}` as const;

const factOf = ({ row, step, from, to, dueAt }: Taken) => ({
  wait: row.wait,
  ...(row.invoice_id !== null && { invoiceId: row.invoice_id }),
  ...(row.exception_id !== null && { exceptionId: row.exception_id }),
  ...(row.dispute_id !== null && { disputeId: row.dispute_id }),
  percent: step.percent,
  from,
  to,
  dueAt: dueAt.toISOString(),
  lateSeconds: lateSeconds(dueAt, row.at),
});
