import type { InvoiceSummary } from "@plumbline/contract/invoice";
import { platformTerms } from "@plumbline/domain/clock/waits";
import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { clockStates, type ClockState } from "./clock-states.ts";
import { clockColumns, type ClockRow } from "./clock-store.ts";

/** What each invoice waits for first, and until when: its stage, or an exception that stops it. */
export async function clocksOf(
  tx: TenantTx,
  invoiceIds: readonly InvoiceId[],
  now: Date,
): Promise<ReadonlyMap<string, InvoiceSummary["clock"]>> {
  const rows = await query<ClockRow>(
    tx,
    `select ${clockColumns} from clocks c where c.invoice_id = any(?) and c.stopped_at is null order by c.since, c.id`,
    [invoiceIds],
  );
  const states = await clockStates(tx, rows, now);
  const ofInvoice = Map.groupBy(states, ({ row }) => row.invoice_id ?? "");
  return new Map([...ofInvoice].map(([invoiceId, clocks]) => [invoiceId, toWire(clocks.toSorted(bySoonest)[0], now)]));
}

const bySoonest = (one: ClockState, other: ClockState): number =>
  (one.dueAt?.getTime() ?? Number.POSITIVE_INFINITY) < (other.dueAt?.getTime() ?? Number.POSITIVE_INFINITY) ? -1 : 1;

function toWire(state: ClockState | undefined, now: Date): InvoiceSummary["clock"] {
  if (state === undefined) return undefined;
  const { row, owner, dueAt, paused } = state;
  return {
    waitsFor: platformTerms(row.wait).what,
    owner,
    late: dueAt !== undefined && dueAt <= now,
    ...(dueAt !== undefined && { dueAt: dueAt.toISOString() }),
    ...(paused !== undefined && { pausedFor: paused.reason }),
  };
}
