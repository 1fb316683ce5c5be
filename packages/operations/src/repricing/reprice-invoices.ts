import type { Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId, WorkItemId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import type { RateRow } from "../drafts/book-rows.ts";
import { draftClient } from "../drafts/draft-client.ts";
import { bookAgain, screenedBefore } from "../drafts/drafting-again.ts";
import type { DraftingInputs } from "../drafts/drafting-inputs.ts";
import { loadRates } from "../drafts/load-run-book.ts";
import type { WorkEntry } from "../drafts/work-entry.ts";
import { loadDraftings } from "../recompute/redraft-invoices.ts";

/** What the rates of now make of an invoice more, or less, than those it was drafted with. */
export type Repriced = {
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  /** Entries that have no rate any more. */
  readonly unpriced: number;
};

type Asked = { readonly id: InvoiceId; readonly draftingId: string; readonly period: Period };
type Held = { readonly entries: readonly WorkEntry[]; readonly pieces: ReadonlySet<WorkItemId> };

/**
 * Prices what invoices still bill twice, from what they were drafted with: by the rates kept with them and by those that are known
 * now. All else is the same both times, so that nothing but rates is in the difference.
 *
 * @returns those that differ
 */
export async function repriceInvoices(
  tx: TenantTx,
  invoices: readonly Asked[],
): Promise<ReadonlyMap<InvoiceId, Repriced>> {
  if (invoices.length === 0) return new Map();
  const draftings = new Map(
    (await loadDraftings(tx, [...new Set(invoices.map(({ draftingId }) => draftingId))])).map((drafting) => [
      drafting.id,
      drafting.inputs,
    ]),
  );
  const held = await loadHeld(
    tx,
    invoices.map(({ id }) => id),
  );
  const ratesOfCard = Map.groupBy(await loadRatesAsWritten(tx), ({ cardId }) => cardId);
  const repriced = new Map<InvoiceId, Repriced>();
  for (const { id, draftingId, period } of invoices) {
    const inputs = draftings.get(draftingId);
    const work = held.get(id);
    if (inputs === undefined || work === undefined) continue;
    const now = [...cardsOf(inputs)].flatMap((card) => ratesOfCard.get(card) ?? []);
    const [before, after] = [inputs.rows.rates, now].map((rates) => price(inputs, { period, work, rates }));
    if (before === undefined || after === undefined) continue;
    const difference = {
      netMinor: after.netMinor - before.netMinor,
      taxMinor: after.taxMinor - before.taxMinor,
      unpriced: after.unpriced,
    };
    if (difference.netMinor !== 0n || difference.taxMinor !== 0n || after.unpriced > 0) repriced.set(id, difference);
  }
  return repriced;
}

/** Inputs that were kept name the client of their day, and so do the prices that were agreed with it before it was merged. */
async function loadRatesAsWritten(tx: TenantTx): Promise<readonly RateRow[]> {
  const moved = await query<{ id: string; clientId: string }>(
    tx,
    'select id, written_client_id as "clientId" from rates where written_client_id is not null',
  );
  const written = new Map(moved.map(({ id, clientId }) => [id, clientId]));
  return (await loadRates(tx, null)).map((rate) => ({
    ...rate,
    clientId: written.get(rate.id ?? "") ?? rate.clientId,
  }));
}

const cardsOf = ({ rows }: DraftingInputs): ReadonlySet<RateRow["cardId"]> =>
  new Set([
    ...rows.rates.map(({ cardId }) => cardId),
    ...rows.engagements.flatMap(({ cardId }) => cardId ?? []),
    ...rows.defaultCards.map(({ id }) => id),
  ]);

/** Pure. What rules held back is not on the invoice, and no rule is asked. */
function price(
  { rows, pieces, writeDowns = [] }: DraftingInputs,
  { period, work, rates }: { readonly period: Period; readonly work: Held; readonly rates: readonly RateRow[] },
): Repriced {
  const { drafts, findings } = draftClient(bookAgain({ ...rows, rates }, period), {
    entries: work.entries,
    pieces: pieces.filter(({ id }) => work.pieces.has(id)),
    ...screenedBefore,
    writeDowns,
  });
  const known = new Set(work.entries.map(({ id }) => id));
  return {
    netMinor: drafts.reduce((sum, { netMinor }) => sum + netMinor, 0n),
    taxMinor: drafts.reduce((sum, { taxMinor }) => sum + taxMinor, 0n),
    unpriced: new Set(
      findings.flatMap(({ holds }) => holds.flatMap(({ entry }) => (known.has(entry.id) ? [entry.id] : []))),
    ).size,
  };
}

/** What invoices still bill: time in the versions and parts that they hold, and what is not time. */
async function loadHeld(tx: TenantTx, ids: readonly InvoiceId[]): Promise<ReadonlyMap<InvoiceId, Held>> {
  const rows = await query<HeldRow>(tx, heldSql, [ids]);
  // Of divided work the whole is priced, and the part that the invoice bears asked for.
  const held = rows.map(({ bears, ...row }) => ({ ...row, ...(bears && { part: bears }) }));
  return new Map(
    [...Map.groupBy(held, ({ invoice }) => invoice)].map(([invoice, works]) => [
      invoice,
      {
        entries: works.filter(({ kind }) => kind === "time"),
        pieces: new Set(works.flatMap(({ kind, id }) => (kind === "time" ? [] : [id]))),
      },
    ]),
  );
}

type HeldRow = Omit<WorkEntry, "part"> & {
  readonly invoice: InvoiceId;
  readonly kind: string;
  readonly bears: NonNullable<WorkEntry["part"]> | null;
};

const heldSql = `
  select i.id as invoice, w.kind, w.id, w.version, w.engagement_id as "engagementId", w.project_id as "projectId",
         t.worker_id as "workerId", w.worked_on as "workedOn", min(c.share)::int as share,
         case when c.part > 0 then max(c.whole_minutes) else sum(c.minutes)::int end as minutes,
         case when c.part > 0 then jsonb_build_object('splitId', c.split_id, 'position', c.part) end as bears,
         w.status, coalesce(t.role, '') as role, coalesce(t.task, '') as task
    from invoices i
    join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
    join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.released_at is null
    join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
    left join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
   where i.id = any(?)
   group by i.id, w.tenant_id, w.kind, w.id, w.version, w.engagement_id, w.project_id, t.worker_id, w.worked_on, w.status, t.role, t.task,
         c.split_id, c.part, case when c.part > 0 then c.share end`;
