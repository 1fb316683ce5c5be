import type { TimelineEntry } from "@plumbline/contract/invoice";
import { platformTerms } from "@plumbline/domain/clock/waits";
import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { timelineSql } from "./timeline-sql.ts";

/**
 * What happened to an invoice, oldest first: what people and the service did to it and to its disputes and who was reminded, how policies
 * ruled, what stopped it, and what it waited for, each with who and why.
 *
 * @throws Problem `permission-missing` | `invoice-not-found`
 */
export async function listTimeline(
  scope: Scope,
  input: { readonly invoiceId: InvoiceId },
): Promise<readonly TimelineEntry[]> {
  demand(scope, "invoice.read");
  const [invoice] = await query(scope.tx, "select 1 from invoices where id = ?", [input.invoiceId]);
  if (invoice === undefined) throw new Problem("invoice-not-found");
  const rows = await query<Row>(scope.tx, timelineSql, [input.invoiceId]);
  return rows.map(toEntry);
}

type Row = {
  readonly at: Date;
  readonly what: string;
  /** Of a wait that no keeper has seen yet, null. */
  readonly by: string | null;
  readonly by_kind: TimelineEntry["byKind"];
  readonly reason: string | null;
  /** Of what policies ruled: the rules by outcome. */
  readonly rulings: Readonly<Record<string, readonly string[]>> | null;
  /** Of what a clock says. */
  readonly wait: string | null;
  readonly due_at: Date | null;
  readonly stopped_at: Date | null;
};

function toEntry(row: Row): TimelineEntry {
  const { at, what, by_kind: byKind, wait } = row;
  const by = row.by ?? (wait === null ? undefined : platformTerms(wait).owner) ?? "platform";
  const reason = reasonOf(row);
  return { at: at.toISOString(), what, by, byKind, ...(reason !== undefined && { reason }) };
}

function reasonOf({ reason, rulings, wait, ...row }: Row): string | undefined {
  if (rulings !== null) return rulingsText(rulings);
  if (wait !== null) return [`For ${platformTerms(wait).what}`, endOf(row), reason].filter(Boolean).join("; ");
  return reason ?? undefined;
}

/** What passed is counted; whatever else is named. */
function rulingsText({ pass = [], ...others }: NonNullable<Row["rulings"]>): string {
  const told = Object.entries(others).map(([outcome, rules]) => `${outcome}: ${rules.join(", ")}`);
  return [`${pass.length} passed`, ...told].join("; ");
}

/** Of a step that was taken, nothing: the wait itself says how it ended. */
function endOf({ what, at, due_at: dueAt, stopped_at: stoppedAt }: Pick<Row, "what" | "at" | "due_at" | "stopped_at">) {
  if (what !== "clock.waited") return undefined;
  if (stoppedAt === null)
    return dueAt === null ? "still waiting" : `still waiting, until ${dueAt.toISOString().slice(0, 16)}Z`;
  const late = dueAt !== null && stoppedAt > dueAt ? `, ${spanText(stoppedAt, dueAt)} late` : "";
  return `over after ${spanText(stoppedAt, at)}${late}`;
}

const msOf = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** In hours as the wall tells them, or minutes below one and days above two. */
function spanText(end: Date, start: Date): string {
  const ms = end.getTime() - start.getTime();
  if (ms < msOf.hour) return `${Math.round(ms / msOf.minute)} min`;
  return ms < 2 * msOf.day ? `${Math.round(ms / msOf.hour)} h` : `${Math.round(ms / msOf.day)} days`;
}
