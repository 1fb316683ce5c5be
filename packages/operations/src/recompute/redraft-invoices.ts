import type { InvoiceId } from "@plumbline/domain/id";
import type { EarlierBilled } from "@plumbline/domain/rating/earlier-billed";
import { sha256 } from "@plumbline/platform/hash";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import type { Draft } from "../drafts/assemble-drafts.ts";
import { draftDeposit } from "../deposits/draft-deposit.ts";
import { draftClient, draftPlace, type ShownDraws } from "../drafts/draft-client.ts";
import { bookAgain, screenedBefore } from "../drafts/drafting-again.ts";
import { type DraftingInputs, readInputs } from "../drafts/drafting-inputs.ts";
import type { RunBook } from "../drafts/run-book.ts";
import type { WorkEntry } from "../drafts/work-entry.ts";
import { earlierJoins, earlierSql } from "../work/billed-edits.ts";
import type { StoredInvoice } from "./load-stored-invoices.ts";

/** A drafting as it was kept. */
export type StoredDrafting = {
  readonly id: string;
  readonly inputs: DraftingInputs;
  /** Whether the text has the hash that was kept with it. */
  readonly intact: boolean;
};

/** An invoice made anew, with the book it was made from. */
export type Redrafted = {
  readonly draft: Draft & ShownDraws;
  readonly book: RunBook;
  readonly drafting: StoredDrafting;
};

/**
 * Makes invoices again from what was kept of their drafting and from the versions of the work that they claim: by the
 * functions that drafted them, and without a look at any line. Each drafting is done once, for all its invoices.
 */
export async function redraftInvoices(
  tx: TenantTx,
  invoices: readonly StoredInvoice[],
): Promise<ReadonlyMap<InvoiceId, Redrafted>> {
  const draftings = await loadDraftings(tx, [...new Set(invoices.flatMap(({ draftingId }) => draftingId ?? []))]);
  const work = await loadWork(tx, draftings);
  const redrafted = new Map<InvoiceId, Redrafted>();
  const members = Map.groupBy(invoices, ({ draftingId }) => draftingId);
  for (const drafting of draftings) {
    const ofDrafting = members.get(drafting.id) ?? [];
    const [first] = ofDrafting;
    if (first === undefined) continue;
    const { book, drafts } = redraft(drafting.inputs, first.period, work.get(drafting.id) ?? []);
    for (const invoice of ofDrafting) {
      const draft = drafting.inputs.deposit === undefined ? bestMatch(drafts, invoice) : drafts[0];
      if (draft !== undefined) redrafted.set(invoice.id, { draft, book, drafting });
    }
  }
  return redrafted;
}

/** Pure: the drafts that these inputs make. What rules held back is not among the work, so that none is asked again. */
function redraft(
  { rows, pieces, place, deposit, writeDowns = [] }: DraftingInputs,
  period: RunBook["period"],
  entries: readonly WorkEntry[],
): { readonly book: RunBook; readonly drafts: readonly (Draft & ShownDraws)[] } {
  const book = bookAgain(rows, period);
  if (deposit !== undefined) return { book, drafts: [{ ...draftDeposit(book, deposit), draws: [] }] };
  const input = { entries, pieces, ...screenedBefore, writeDowns };
  return {
    book,
    drafts: place === undefined ? draftClient(book, input).drafts : draftPlace(book, input, place).drafts,
  };
}

/** What was let through once is not asked again. */
/** The draft of the same work, or of the same parts of it: each is on one draft alone, so that the first that is found nearly always decides. */
function bestMatch<Of extends Draft>(drafts: readonly Of[], { claims }: StoredInvoice): Of | undefined {
  const claimed = new Set(claims.map((claim) => `${claim["work_item_id"]} ${claim["part"]}`));
  const shared = ({ lines }: Draft) =>
    lines.reduce(
      (sum, line) =>
        sum + line.claims.filter(({ work, part }) => claimed.has(`${work.id} ${part?.position ?? 0}`)).length,
      0,
    );
  const [best] = drafts
    .map((draft) => ({ draft, shared: shared(draft) }))
    .filter((match) => match.shared > 0)
    .toSorted((left, right) => right.shared - left.shared);
  return best?.draft;
}

/** Draftings as they were kept. */
export async function loadDraftings(tx: TenantTx, ids: readonly string[]): Promise<StoredDrafting[]> {
  const rows = await query<{ id: string; inputs: string; hash: string }>(
    tx,
    "select id, inputs, hash from draftings where id = any(?)",
    [ids],
  );
  return rows.map(({ id, inputs, hash }) => ({ id, inputs: readInputs(inputs), intact: sha256(inputs) === hash }));
}

/** The time that draftings took, as it was then: what they claimed, and what they charged for without claiming it. */
async function loadWork(
  tx: TenantTx,
  draftings: readonly StoredDrafting[],
): Promise<ReadonlyMap<string, readonly WorkEntry[]>> {
  const beside = draftings.flatMap(({ id: drafting, inputs }) =>
    inputs.beside.map(([id, version, share, minutes, part]) => ({ drafting, id, version, share, minutes, part })),
  );
  const rows = await query<WorkRow>(tx, workSql, [
    draftings.map(({ id }) => id),
    beside.map(({ drafting }) => drafting),
    beside.map(({ id }) => id),
    beside.map(({ version }) => version),
    beside.map(({ share }) => share),
    beside.map(({ minutes }) => minutes),
    beside.map((_, at) => at),
  ]);
  const entries = rows.map(({ at, earlier, ...row }) => {
    const part = at === null ? undefined : beside[at]?.part;
    return { ...row, ...(earlier !== null && { earlier }), ...(part && { part }) };
  });
  return Map.groupBy(entries, ({ drafting }) => drafting);
}

type WorkRow = Omit<WorkEntry, "earlier"> & {
  readonly drafting: string;
  readonly earlier: EarlierBilled | null;
  /** Which of the work beside it is, if any. */
  readonly at: number | null;
};

const workSql = `
  with claimed as (
    select d.drafting_id, c.work_item_id as id, c.work_item_version as version, min(c.share)::int as share, sum(c.minutes)::int as minutes, null::int as at
      from drafted_contents d
      join invoice_lines l on l.tenant_id = d.tenant_id and l.invoice_id = d.invoice_id and l.content_version = d.content_version
      join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.kept_of is null
     where d.drafting_id = any(?) group by 1, 2, 3),
  beside as (
    select * from unnest(?::uuid[], ?::uuid[], ?::int[], ?::int[], ?::int[], ?::int[]) u (drafting_id, id, version, share, minutes, at)),
  taken as (
    select * from beside
    union all
    select * from claimed c where not exists (select 1 from beside b where b.drafting_id = c.drafting_id and b.id = c.id))
  select t.drafting_id as drafting, w.id, w.version, w.engagement_id as "engagementId", w.project_id as "projectId",
         e.worker_id as "workerId", w.worked_on as "workedOn", t.minutes, t.share, t.at, w.status, coalesce(e.role, '') as role,
         coalesce(e.task, '') as task, ${earlierSql} as earlier
    from taken t
    join work_items w on w.id = t.id and w.version = t.version
    join time_entries e on e.tenant_id = w.tenant_id and e.id = w.id and e.version = w.version
    ${earlierJoins}`;
