import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Refusal } from "../invoices/move-invoices.ts";
import { knownShortfalls } from "./agreed-minimums.ts";
import { countAnew } from "./count-periods.ts";
import { loadBilled } from "./load-billed.ts";

type Billing = {
  readonly id: InvoiceId;
  readonly workItemId: string;
  readonly engagementId: string;
  /** Drafts that it counts. */
  readonly drafts: readonly InvoiceId[];
};

/**
 * Says which invoices bill a shortfall too early: before what it counted is issued, or although what it counted was lowered, given up
 * or added to since.
 *
 * @param issuing those that nothing else keeps from being issued now
 */
export async function refuseShortfalls(scope: Scope, issuing: readonly InvoiceId[]): Promise<Refusal> {
  const billing = await query<Billing>(scope.tx, billingSql, [issuing]);
  if (billing.length === 0) return () => undefined;
  const engagementIds = [...new Set(billing.map(({ engagementId }) => engagementId))];
  const known = new Map((await knownShortfalls(scope.tx, engagementIds)).map((each) => [each.id as string, each]));
  const billed = await loadBilled(scope.tx, { engagementIds, drafts: true });
  const refused = new Map<InvoiceId, Problem>();
  for (const { id, workItemId, drafts } of billing) {
    const made = known.get(workItemId);
    if (drafts.some((draft) => !issuing.includes(draft))) refused.set(id, early());
    else if (made !== undefined) {
      const now = countAnew(made, billed.get(made.engagementId) ?? []);
      if (now.amountMinor !== BigInt(made.amountMinor)) refused.set(id, stale());
    }
  }
  return ({ id }) => refused.get(id);
}

const early = () =>
  new Problem("invoice-move-refused", {
    detail: "It charges what lacks to a committed minimum: issue the drafts that it counts before it, or with it.",
  });

const stale = () =>
  new Problem("work-changed", {
    detail:
      "What is billed of a committed period changed since its shortfall was counted: a billing run counts it anew.",
  });

const billingSql = `
  select i.id, s.id as "workItemId", s.engagement_id as "engagementId", array(
           select distinct d.id from invoice_lines k
             join invoices d on d.tenant_id = k.tenant_id and d.id = k.invoice_id and d.content_version = k.content_version
              and d.number is null and d.stage <> 'discarded'
             join claims t on t.tenant_id = k.tenant_id and t.line_id = k.id and t.released_at is null
             join work_items w on w.tenant_id = t.tenant_id and w.id = t.work_item_id and w.version = t.work_item_version
            where k.tenant_id = s.tenant_id and k.engagement_id = s.engagement_id
              and w.kind <> 'shortfall' and w.worked_on < s.ends_on) as drafts
    from invoices i
    join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
    join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.released_at is null
    join shortfalls s on s.tenant_id = c.tenant_id and s.id = c.work_item_id and s.version = c.work_item_version
   where i.id = any(?)`;
