import type { Period } from "@plumbline/domain/calendar/period";
import type { ClientId, InvoiceId, WorkItemId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { ClientDrafts } from "../drafts/draft-client.ts";
import { draftWorks } from "../drafts/draft-works.ts";
import { saveDrafts } from "../drafts/save-drafts.ts";

type Note = {
  readonly id: InvoiceId;
  readonly corrects: InvoiceId;
  readonly clientId: ClientId;
  readonly billingRunId: string;
  readonly askedBy: string;
  readonly period: Period;
  /** Who pays it, where it took parts of what others pay too. */
  readonly bearerId: ClientId | null;
};

/**
 * Drafts anew what credit notes that rebill made unbilled: by the terms, rates and rules of now, whatever else is unbilled,
 * and in the transaction that issues them, so that no run bills it first. What cannot be billed is held by exceptions and
 * stays unbilled, like all work.
 */
export async function draftRebills(
  scope: Scope,
  unbilled: ReadonlyMap<InvoiceId, readonly WorkItemId[]>,
): Promise<void> {
  const notes = await query<Note>(
    scope.tx,
    `select id, corrects, client_id as "clientId", billing_run_id as "billingRunId", prepared_by as "askedBy",
            jsonb_build_object('start', period_start, 'end', period_end) as period,
            case when exists (select 1 from invoice_lines l join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id
                               where l.invoice_id = invoices.corrects and c.part > 0) then payer_id end as "bearerId"
       from invoices where id = any(?) and rebills order by id`,
    [[...unbilled.keys()]],
  );
  // Each is a document of its own with a book of its own period, and few are issued at once.
  for (const note of notes) await draftRebill(scope, note, unbilled.get(note.id) ?? []);
}

async function draftRebill(scope: Scope, note: Note, works: readonly WorkItemId[]): Promise<void> {
  const { period, clientId } = note;
  const { book, batch: drafted } = await draftWorks(scope, { clientId, period, works });
  const batch = drafted.map((client) => ofBearer(client, note.bearerId));
  const replaces = { creditNoteId: note.id, askedBy: note.askedBy };
  await saveDrafts(scope, book, { runId: note.billingRunId, batch, replaces });
  const invoiceIds = batch.flatMap(({ drafts }) => drafts.map(({ id }) => id));
  await scope.emit([
    { name: "invoice.rebilled", subjectId: note.corrects, data: { creditNoteId: note.id, invoiceIds } },
  ]);
  await scope.audit([{ action: "invoice.rebilled", subjectId: note.corrects }]);
}

/** What several bear goes back to who was credited; what others have free of it waits for a run. */
const ofBearer = (drafted: ClientDrafts, bearerId: ClientId | null): ClientDrafts =>
  bearerId === null
    ? drafted
    : { ...drafted, drafts: drafted.drafts.filter(({ engagement }) => engagement.payerId === bearerId) };
