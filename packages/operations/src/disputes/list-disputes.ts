import type { z } from "zod";
import type { DisputeWire, disputeFilter } from "@plumbline/contract/dispute";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { Problem } from "@plumbline/domain/problem";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";

/**
 * Disputes that match, oldest first.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listDisputes(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof disputeFilter>>,
): Promise<Page<DisputeWire>> {
  demand(scope, "invoice.read");
  const page = keysetPage(filter, { sort: { "d.opened_on": "date", "d.id": "uuid" }, direction: "asc" });
  const { where, values } = matching({ "d.state": filter.state, "d.invoice_id": filter.invoiceId });
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${columns}, ${page.keys} from ${tables} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, toWire);
}

/** @throws Problem `permission-missing` | `dispute-not-found` */
export async function findDispute(scope: Scope, { disputeId }: { readonly disputeId: string }): Promise<DisputeWire> {
  demand(scope, "invoice.read");
  const [row] = await query<Row>(scope.tx, `select ${columns} from ${tables} where d.id = ?`, [disputeId]);
  if (row === undefined) throw new Problem("dispute-not-found");
  return toWire(row);
}

type Row = {
  readonly id: string;
  readonly invoice_id: string;
  readonly number: string;
  readonly client_id: string;
  readonly client_name: string;
  readonly currency: string;
  readonly code: DisputeWire["code"];
  readonly reason: string;
  readonly amount_minor: string;
  readonly raised_by: string | null;
  readonly opened_on: LocalDate;
  readonly state: DisputeWire["state"];
  readonly acknowledged_at: Date | null;
  readonly outcome: NonNullable<DisputeWire["decision"]>["outcome"] | null;
  readonly root_cause: NonNullable<DisputeWire["decision"]>["rootCause"];
  readonly resolution: string;
  readonly resolved_on: LocalDate;
  readonly decided_by: string;
  readonly upheld_minor: string | null;
  readonly credit_note_id: string;
  readonly credit_number: string | null;
  readonly credit_stage: NonNullable<NonNullable<DisputeWire["decision"]>["creditNote"]>["stage"];
  readonly recorded_by_name: string;
  readonly lines: DisputeWire["lines"];
  readonly messages: readonly (Omit<DisputeWire["messages"][number], "at"> & { readonly at: string })[];
};

const columns = `d.*, i.number_text as number, i.client_id, c.name as client_name, i.currency, m.name as recorded_by_name,
  z.name as decided_by, n.number_text as credit_number, n.stage as credit_stage,
  (select coalesce(jsonb_agg(jsonb_build_object('position', l.position, 'description', l.description) order by l.position), '[]')
     from dispute_lines x join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
    where x.tenant_id = d.tenant_id and x.dispute_id = d.id) as lines,
  (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('at', s.recorded_at, 'saidBy', s.said_by, 'body', s.body,
            'recordedBy', w.name, 'evidence', case when s.evidence is not null
              then jsonb_build_object('document', s.evidence, 'sha256', s.evidence_hash) end)) order by s.id), '[]')
     from dispute_messages s join memberships w on w.tenant_id = s.tenant_id and w.id = s.recorded_by
    where s.tenant_id = d.tenant_id and s.dispute_id = d.id) as messages`;
const tables = `disputes d
  join invoices i on i.tenant_id = d.tenant_id and i.id = d.invoice_id
  join clients c on c.tenant_id = i.tenant_id and c.id = i.client_id
  join memberships m on m.tenant_id = d.tenant_id and m.id = d.recorded_by
  left join memberships z on z.tenant_id = d.tenant_id and z.id = d.resolved_by
  left join invoices n on n.tenant_id = d.tenant_id and n.id = d.credit_note_id`;

const toWire = (row: Row): DisputeWire => ({
  id: row.id,
  invoice: { id: row.invoice_id, number: row.number },
  client: { id: row.client_id, name: row.client_name },
  code: row.code,
  reason: row.reason,
  amount: minorToWire(row.amount_minor, row.currency),
  lines: [...row.lines],
  ...(row.raised_by !== null && { raisedBy: row.raised_by }),
  openedOn: row.opened_on,
  recordedBy: row.recorded_by_name,
  state: row.state,
  ...(row.acknowledged_at !== null && { acknowledgedAt: row.acknowledged_at.toISOString() }),
  messages: row.messages.map(({ at, ...message }) => ({ ...message, at: new Date(at).toISOString() })),
  ...(row.outcome !== null && {
    decision: {
      outcome: row.outcome,
      rootCause: row.root_cause,
      reason: row.resolution,
      on: row.resolved_on,
      by: row.decided_by,
      ...(row.upheld_minor !== null && {
        creditNote: {
          id: row.credit_note_id,
          stage: row.credit_stage,
          total: minorToWire(row.upheld_minor, row.currency),
          ...(row.credit_number !== null && { number: row.credit_number }),
        },
      }),
    },
  }),
});
