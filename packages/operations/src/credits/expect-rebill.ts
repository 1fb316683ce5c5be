import type { Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId, WorkItemId } from "@plumbline/domain/id";
import type { InvoiceKind } from "@plumbline/domain/invoice/kind";
import type { TaxCategory } from "@plumbline/domain/tax/category";
import type { WorkPiece } from "@plumbline/domain/worklog/work-piece";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { openRunBook } from "../drafts/book-rows.ts";
import { draftClient } from "../drafts/draft-client.ts";
import { screenedBefore } from "../drafts/drafting-again.ts";
import { type DraftingInputs, readInputs } from "../drafts/drafting-inputs.ts";
import { loadRunBook } from "../drafts/load-run-book.ts";
import { fromPieceRow, selectPieces } from "../drafts/select-pieces.ts";
import type { WorkEntry } from "../drafts/work-entry.ts";
import { currentBundle, loadBundle } from "../policies/policy-bundles.ts";
import { findTakenBack } from "./take-work-back.ts";

/** A tax by what tells it from others. */
export type Tax = { readonly category: TaxCategory; readonly basisPoints: number; readonly jurisdiction?: string };

/** What documents come to: net, and each tax. */
export type Sums = { readonly netMinor: bigint; readonly taxes: readonly (Tax & { readonly taxMinor: bigint })[] };

/**
 * What the work that a draft credit note would take back, or all work of an invoice, comes to at the terms and rates of today.
 * Limits, hours bought ahead and what was billed before are those that the invoice was drafted with: they are what there is
 * again without it.
 */
export async function expectRebill(
  scope: Scope,
  document: { readonly id: InvoiceId; readonly kind: InvoiceKind },
): Promise<Sums> {
  const { tx } = scope;
  const backOf = await (document.kind === "invoice" ? findBilled : findRebillable)(scope, document.id);
  const { period, inputs } = await findOrigin(scope, document.id);
  const today = await loadRunBook(tx, {
    period,
    bundle: await loadBundle(tx, await currentBundle(scope)),
    issued: { at: scope.now },
  });
  const { limits, buckets, billedBefore, deposits } = openRunBook(inputs.rows, today);
  const entries = await query<WorkEntry & { readonly editedMinutes: number | null }>(tx, entriesSql, [
    [...backOf.keys()],
  ]);
  const edited = await findEditedCosts(scope, period, [...backOf.keys()]);
  const { drafts } = draftClient(
    { ...today, limits, buckets, billedBefore, deposits },
    {
      entries: entries
        .map(({ editedMinutes, ...entry }) => {
          const { minutes = 0, part } = backOf.get(entry.id) ?? {};
          return { ...entry, minutes: (editedMinutes ?? 0) + minutes, ...(part && { part }) };
        })
        .filter(({ minutes }) => minutes > 0),
      pieces: inputs.pieces
        .map((piece) => edited.get(piece.id) ?? piece)
        .flatMap((piece) => {
          const { part } = backOf.get(piece.id) ?? {};
          return backOf.has(piece.id) ? { ...piece, ...(part && { part }) } : [];
        }),
      ...screenedBefore,
    },
  );
  return {
    netMinor: drafts.reduce((sum, draft) => sum + draft.netMinor, 0n),
    taxes: drafts.flatMap((draft) =>
      draft.taxes.map(({ category, basisPoints, taxMinor, component }) => ({
        category,
        basisPoints,
        taxMinor,
        ...(component && { jurisdiction: component.jurisdiction }),
      })),
    ),
  };
}

/** Costs that were edited after they were billed are billed anew as they are now. */
async function findEditedCosts(
  { tx }: Scope,
  period: Period,
  ids: readonly WorkItemId[],
): Promise<ReadonlyMap<WorkItemId, WorkPiece>> {
  const rows = await query<{ id: WorkItemId }>(
    tx,
    "select distinct work_item_id as id from billed_edits where work_item_id = any(?) and billed_minor is not null",
    [ids],
  );
  const edited = new Map<WorkItemId, WorkPiece>();
  if (rows.length === 0) return edited;
  const works = rows.map(({ id }) => id);
  for await (const { rows: pieces } of selectPieces(tx, { period, works, taken: true }))
    for (const row of pieces) edited.set(row[2], fromPieceRow(row));
  return edited;
}

/** Source minutes by work item; of a part, those of the whole, of which it is taken. */
type Taken = ReadonlyMap<WorkItemId, Pick<WorkEntry, "minutes" | "part">>;

type Claimed = Record<"splitId", string | null> & Record<"wholeMinutes", number | null> & Record<"part", number>;

const takenOf = ({ splitId, wholeMinutes, part }: Claimed, minutes: number): Pick<WorkEntry, "minutes" | "part"> =>
  splitId === null ? { minutes } : { minutes: wholeMinutes ?? 0, part: { splitId, position: part } };

async function findRebillable(scope: Scope, creditNoteId: InvoiceId): Promise<Taken> {
  const taken = await findTakenBack(scope, [creditNoteId]);
  return new Map(
    taken.flatMap(({ work, back }) =>
      work.treatment === "rebillable" ? [[work.workItemId, takenOf(work, back)] as const] : [],
    ),
  );
}

async function findBilled(scope: Scope, invoiceId: InvoiceId): Promise<Taken> {
  const rows = await query<Claimed & { id: WorkItemId; minutes: number }>(
    scope.tx,
    `select c.work_item_id as id, sum(c.minutes)::int as minutes, max(c.part) as part, max(c.split_id::text) as "splitId",
            sum(c.whole_minutes)::int as "wholeMinutes"
       from invoices i
       join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
       join claims c on c.tenant_id = l.tenant_id and l.id in (c.line_id, c.absorbed_by) and c.released_at is null
      where i.id = ? group by 1`,
    [invoiceId],
  );
  return new Map(rows.map((row) => [row.id, takenOf(row, row.minutes)]));
}

/** What an invoice, or the one that a credit note corrects, was drafted from. */
async function findOrigin(
  scope: Scope,
  id: InvoiceId,
): Promise<{ readonly period: Period; readonly inputs: DraftingInputs }> {
  const [origin] = await query<{ period: Period; inputs: string }>(
    scope.tx,
    `select jsonb_build_object('start', i.period_start, 'end', i.period_end) as period, g.inputs
       from invoices n
       join invoices i on i.tenant_id = n.tenant_id and i.id = coalesce(n.corrects, n.id)
       join drafted_contents d on d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.content_version = i.content_version
       join draftings g on g.tenant_id = d.tenant_id and g.id = d.drafting_id
      where n.id = ?`,
    [id],
  );
  if (origin === undefined) throw new Error(`invoice ${id} was drafted without inputs`);
  return { period: origin.period, inputs: readInputs(origin.inputs) };
}

/** What was edited after billing is billed anew as it is now: as much more, or less, as nobody took. */
const entriesSql = `
  select w.id, w.version, w.engagement_id as "engagementId", w.project_id as "projectId", t.worker_id as "workerId",
         w.worked_on as "workedOn", w.minutes, 0 as share, w.status, coalesce(t.role, '') as role, coalesce(t.task, '') as task,
         case when exists (select 1 from billed_edits b where b.tenant_id = w.tenant_id and b.work_item_id = w.id) then
           w.minutes - (select coalesce(sum(c.minutes), 0)::int from claims c
                         where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null) end as "editedMinutes"
    from work_items w
    join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
   where w.current and w.status <> 'rejected' and w.id = any(?)`;
