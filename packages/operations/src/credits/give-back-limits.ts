import type { InvoiceId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";

type GivenBack = { readonly creditNoteId: InvoiceId; readonly limitId: string; readonly amount: string };

/**
 * Gives back what rebillable lines used of caps and purchase orders, never more than their invoice still uses of each. A
 * concession gives nothing back: what was agreed was delivered.
 */
export async function giveBackLimits(scope: Scope, creditNoteIds: readonly InvoiceId[]): Promise<void> {
  const uses = await query<GivenBack>(scope.tx, usesSql, [creditNoteIds]);
  await insertRows(scope.tx, "limit_uses", uses, {
    id: ["uuid", () => scope.newId()],
    limit_id: ["uuid", ({ limitId }) => limitId],
    invoice_id: ["uuid", ({ creditNoteId }) => creditNoteId],
    content_version: ["int", () => 1],
    amount: ["bigint", ({ amount }) => BigInt(amount)],
    state: ["text", () => "credited"],
  });
}

/** The same as `useOf` of domain/rating asks of a charge: an order pays for all of it, a cap for fees and what it counts. */
const usesSql = `
  select b."creditNoteId", b."limitId", least(b.back, b.used)::text as amount
    from (
      select n.id as "creditNoteId", m.id as "limitId",
             sum(case when m.measure = 'minutes' then -l.minutes else -l.net_minor end) as back,
             u.amount - coalesce((select sum(e.amount) from limit_uses e
                                    join invoices o on o.tenant_id = e.tenant_id and o.id = e.invoice_id and o.corrects = n.corrects
                                   where e.tenant_id = m.tenant_id and e.limit_id = m.id and e.state = 'credited'), 0) as used
        from invoices n
        join limit_uses u on u.tenant_id = n.tenant_id and u.invoice_id = n.corrects and u.state = 'consumed'
        join limits m on m.tenant_id = u.tenant_id and m.id = u.limit_id
        join invoice_lines l on l.tenant_id = n.tenant_id and l.invoice_id = n.id and l.engagement_id = m.engagement_id
         and (m.project_id is null or l.project_id = m.project_id)
        join credit_lines x on x.tenant_id = l.tenant_id and x.line_id = l.id and x.treatment = 'rebillable'
        join invoice_lines s on s.tenant_id = x.tenant_id and s.id = x.corrected_line_id and s.deducts is null and s.retaxes is null
       where n.id = any(?)
         and (m.kind = 'order' or not exists (
               select 1 from claims c
                 join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
                where c.tenant_id = x.tenant_id and c.line_id = x.corrected_line_id
                  and (w.kind = 'disbursement' or w.kind = 'expense' and not m.counts_expenses)))
       group by n.id, m.id, u.amount, m.tenant_id, n.corrects) b
   where least(b.back, b.used) > 0
   order by b."limitId", b."creditNoteId"`;
