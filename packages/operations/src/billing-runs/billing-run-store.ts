import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { BillingRunId, ClientId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

export type BillingRun = {
  readonly id: BillingRunId;
  readonly state: "queued" | "running" | "done" | "cancelled" | "failed";
  readonly period: { readonly start: LocalDate; readonly end: LocalDate };
  /** As PostgreSQL writes it: a JavaScript date would lose the microseconds, and with them a rate of the same moment. */
  readonly knownAt: string;
  readonly bundleHash: string;
  readonly doneThrough: ClientId | undefined;
  readonly clientsTotal: number;
  readonly clientsDone: number;
  readonly entries: number;
  readonly drafts: number;
};

const leaseSeconds = 120;

type Row = {
  id: BillingRunId;
  state: BillingRun["state"];
  period_start: LocalDate;
  period_end: LocalDate;
  known_at_text: string;
  bundle_hash: string;
  done_through: ClientId | null;
  clients_total: number;
  clients_done: number;
  entries: number;
  drafts: number;
};

export async function findRun(tx: TenantTx, id: string): Promise<BillingRun | undefined> {
  const [row] = await query<Row>(tx, "select *, known_at::text as known_at_text from billing_runs where id = ?", [id]);
  return row && fromRow(row);
}

/** Takes a run that waits, or whose worker fell silent. Nobody else can until the lease ends. */
export async function takeRun(tx: TenantTx, id: string): Promise<BillingRun | undefined> {
  const [row] = await query<Row>(
    tx,
    `update billing_runs set state = 'running', lease_until = now() + make_interval(secs => ?)
      where id = ? and (state = 'queued' or (state = 'running' and lease_until < now()))
      returning *, known_at::text as known_at_text`,
    [leaseSeconds, id],
  );
  return row && fromRow(row);
}

/** Says how many clients there are in all, so that whoever waits can see how far it is. */
export async function saveClientsTotal(tx: TenantTx, id: string, clients: number): Promise<void> {
  await query(tx, "update billing_runs set clients_total = ? where id = ? and state = 'running'", [clients, id]);
}

/**
 * Records that clients up to `doneThrough` are done. The place the run was at before is part of the condition, so a
 * worker that lost its lease to another cannot write on.
 *
 * @returns undefined when the run was taken over; else whether it should stop
 */
export async function advanceRun(
  tx: TenantTx,
  run: BillingRun,
  step: { readonly doneThrough: ClientId; readonly clients: number; readonly entries: number; readonly drafts: number },
): Promise<{ readonly cancelRequested: boolean } | undefined> {
  const [row] = await query<{ cancel_requested: boolean }>(
    tx,
    `update billing_runs set done_through = ?, clients_done = clients_done + ?, entries = entries + ?,
            drafts = drafts + ?, lease_until = now() + make_interval(secs => ?)
      where id = ? and state = 'running' and done_through is not distinct from ?::uuid returning cancel_requested`,
    [step.doneThrough, step.clients, step.entries, step.drafts, leaseSeconds, run.id, run.doneThrough ?? null],
  );
  return row && { cancelRequested: row.cancel_requested };
}

/** Lets the next worker take a run at once instead of when its lease ends. */
export async function releaseRun(tx: TenantTx, id: string): Promise<void> {
  await query(tx, "update billing_runs set lease_until = now() where id = ? and state = 'running'", [id]);
}

export async function finishRun(
  tx: TenantTx,
  id: string,
  state: "done" | "cancelled" | "failed",
  failure?: string,
): Promise<void> {
  await query(
    tx,
    "update billing_runs set state = ?, failure = ?, lease_until = null, finished_at = now() where id = ? and state = 'running'",
    [state, failure ?? null, id],
  );
}

const fromRow = (row: Row): BillingRun => ({
  id: row.id,
  state: row.state,
  period: { start: row.period_start, end: row.period_end },
  knownAt: row.known_at_text,
  bundleHash: row.bundle_hash,
  doneThrough: row.done_through ?? undefined,
  clientsTotal: row.clients_total,
  clientsDone: row.clients_done,
  entries: row.entries,
  drafts: row.drafts,
});
