import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { ClockId } from "./clock-store.ts";

/**
 * Lets a clock stand still while somebody outside is waited for. Nobody is reminded or late meanwhile; the time does not count.
 *
 * @throws Problem `permission-missing` | `clock-not-found` | `clock-refused` when it stopped or stands still
 */
export async function pauseClock(
  scope: Scope,
  { clockId, reason }: { readonly clockId: ClockId; readonly reason: string },
): Promise<void> {
  demand(scope, "clock.pause");
  const { paused } = await lockRunning(scope, clockId);
  if (paused) throw new Problem("clock-refused", { detail: "It stands still already." });
  await insertRows(scope.tx, "clock_pauses", [reason], {
    id: ["uuid", () => scope.newId()],
    clock_id: ["uuid", () => clockId],
    reason: ["text", (said) => said],
  });
  await query(scope.tx, "update clocks set due_at = null, next_at = null where id = ?", [clockId]);
  await scope.emit([{ name: "clock.paused", subjectId: clockId, data: { reason } }]);
  await scope.audit([{ action: "clock.paused", subjectId: clockId, reason }]);
}

/**
 * Lets a clock run on that stood still: what is left of its time is left.
 *
 * @throws Problem `permission-missing` | `clock-not-found` | `clock-refused` when it stopped or does not stand still
 */
export async function resumeClock(scope: Scope, { clockId }: { readonly clockId: ClockId }): Promise<void> {
  demand(scope, "clock.pause");
  const { paused } = await lockRunning(scope, clockId);
  if (!paused) throw new Problem("clock-refused", { detail: "It does not stand still." });
  await query(
    scope.tx,
    "update clock_pauses set resumed_at = now(), resumed_by = app.actor() where clock_id = ? and resumed_at is null",
    [clockId],
  );
  await query(scope.tx, "update clocks set next_at = now() where id = ?", [clockId]);
  await scope.emit([{ name: "clock.resumed", subjectId: clockId, data: {} }]);
  await scope.audit([{ action: "clock.resumed", subjectId: clockId }]);
}

async function lockRunning({ tx }: Scope, clockId: ClockId): Promise<{ readonly paused: boolean }> {
  const [clock] = await query<{ stopped: boolean }>(
    tx,
    "select stopped_at is not null as stopped from clocks where id = ? for update",
    [clockId],
  );
  if (clock === undefined) throw new Problem("clock-not-found");
  if (clock.stopped) throw new Problem("clock-refused", { detail: "It stopped: what was waited for is done." });
  const open = await query(tx, "select 1 from clock_pauses where clock_id = ? and resumed_at is null", [clockId]);
  return { paused: open.length > 0 };
}
