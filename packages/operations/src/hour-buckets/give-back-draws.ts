import type { InvoiceId, WorkItemId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * Gives hours back to the buckets they came from because credit notes take back, to be billed anew, what they were about: the price of
 * the bucket's hours, or all of its engagement on the invoice that showed them. What was conceded gives none back: the hours were
 * delivered. The time is unbilled again, and the next draft covers it by what is agreed then.
 *
 * @returns the time that each credit note made unbilled
 */
export async function giveBackCreditedDraws(
  scope: Scope,
  creditNoteIds: readonly InvoiceId[],
): Promise<ReadonlyMap<InvoiceId, readonly WorkItemId[]>> {
  const drawn = await query<Drawn & { readonly noteId: InvoiceId; readonly number: string }>(scope.tx, creditedSql, [
    creditNoteIds,
  ]);
  for (const [number, ofNote] of Map.groupBy(drawn, (draw) => draw.number))
    await giveBack(scope, ofNote, `What they were about was credited by ${number}, to be billed anew`);
  const byNote = Map.groupBy(drawn, ({ noteId }) => noteId);
  return new Map([...byNote].map(([noteId, draws]) => [noteId, draws.map(({ workItemId }) => workItemId)]));
}

/**
 * Gives hours back that cover time as it is no more: it was edited, moved, or its approval withdrawn. The next draft covers it as it
 * is now. Time of which an issued invoice bills the rest keeps its hours, as long as that gives back what is too much.
 *
 * @param workItemIds all time when absent
 */
export async function giveBackStaleDraws(scope: Scope, workItemIds?: readonly WorkItemId[]): Promise<void> {
  const drawn = await query<Drawn>(scope.tx, staleSql, [workItemIds ?? null, workItemIds ?? null]);
  await giveBack(scope, drawn, "The time they covered was edited");
}

type Drawn = { readonly claimId: string; readonly bucketId: string; readonly workItemId: WorkItemId };

/** Buckets are locked in the order of their ids, against deadlocks. */
async function giveBack(scope: Scope, drawn: readonly Drawn[], reason: string): Promise<void> {
  if (drawn.length === 0) return;
  const claimIds = drawn.map(({ claimId }) => claimId);
  const bucketIds = [...new Set(drawn.map(({ bucketId }) => bucketId))].toSorted();
  await query(scope.tx, "select 1 from hour_buckets where id = any(?) order by id for update", [bucketIds]);
  await query(scope.tx, "update bucket_draws set state = 'released' where claim_id = any(?)", [claimIds]);
  await query(scope.tx, "update claims set released_at = now() where id = any(?)", [claimIds]);
  await scope.audit(bucketIds.map((subjectId) => ({ action: "hour_bucket.given_back", subjectId, reason })));
}

/** A bucket has the id of the work that bills its price. */
const creditedSql = `
  select distinct on (d.claim_id) d.claim_id as "claimId", d.bucket_id as "bucketId", c.work_item_id as "workItemId", n.id as "noteId",
         n.number_text as number
    from invoices n
    join invoice_lines l on l.tenant_id = n.tenant_id and l.invoice_id = n.id
    join credit_lines x on x.tenant_id = l.tenant_id and x.line_id = l.id and x.treatment = 'rebillable' and x.quantity <> 0
    join invoice_lines o on o.tenant_id = x.tenant_id and o.id = x.corrected_line_id
    join hour_buckets b on b.tenant_id = o.tenant_id and b.engagement_id = o.engagement_id
    join bucket_draws d on d.tenant_id = b.tenant_id and d.bucket_id = b.id and d.state = 'consumed'
    join claims c on c.tenant_id = d.tenant_id and c.id = d.claim_id
   where n.id = any(?) and app.draw_was_credited(d.tenant_id, d.claim_id)
   order by d.claim_id, n.id`;

const staleSql = `
  select d.claim_id as "claimId", d.bucket_id as "bucketId", c.work_item_id as "workItemId"
    from bucket_draws d
    join claims c on c.tenant_id = d.tenant_id and c.id = d.claim_id
    join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version and not v.current
    join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.current
   where d.state = 'consumed' and (?::uuid[] is null or c.work_item_id = any(?))
     and (w.project_id, w.worked_on, w.minutes, w.status) is distinct from (v.project_id, v.worked_on, v.minutes, v.status)
     and not exists (select 1 from claims k where k.tenant_id = c.tenant_id and k.work_item_id = c.work_item_id
                        and k.line_id is not null and k.released_at is null)`;
