import type { ClientId } from "@plumbline/domain/id";
import type { MergeFacts, MergingClient } from "@plumbline/domain/party/client-merge";
import { Problem } from "@plumbline/domain/problem";
import { query, queryOne } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

export type MergePair = { readonly mergedId: ClientId; readonly survivorId: ClientId };

type Row = MergingClient & { readonly id: ClientId; readonly mergedInto: string | null };

/**
 * What two clients are, and what of both stands in the way of their being one.
 *
 * @throws Problem `client-not-found` | `client-merged` when one of them was merged already
 */
export async function loadMergeFacts(tx: TenantTx, { mergedId, survivorId }: MergePair): Promise<MergeFacts> {
  const rows = await query<Row>(tx, clientsSql, [[mergedId, survivorId]]);
  const [merged, survivor] = [mergedId, survivorId].map((id) => rows.find((row) => row.id === id));
  if (merged === undefined || survivor === undefined) throw new Problem("client-not-found");
  const before = [merged, survivor].find(({ mergedInto }) => mergedInto !== null);
  if (before !== undefined) throw mergedAlready(before.name, before.mergedInto ?? "");
  const between = await queryOne<Omit<MergeFacts, "survivor" | "merged">>(tx, betweenSql, [mergedId, survivorId]);
  return { merged, survivor, ...between };
}

/** Names where to go instead. */
export const mergedAlready = (name: string, survivor: string): Problem =>
  new Problem("client-merged", { detail: `${name} was merged into ${survivor}.` });

/** As `normalTaxId` does. */
export const plainId = (of: string) => String.raw`upper(regexp_replace(${of}, '[\s./-]', '', 'g'))`;

const clientsSql = `
  select c.id, s.name as "mergedInto", c.name, c.legal_name as "legalName", c.country, c.tax_id as "taxId", c.is_business as "isBusiness",
         c.po_required as "poRequired", array(select unnest(c.tax_jurisdictions) order by 1) as "taxPlaces",
         (select case v.facts ->> 'valid' when 'true' then 'valid' when 'false' then 'invalid' else 'pending' end
            from evidence v where v.kind = 'vat_id_check' and v.subject_id = c.id and ${plainId("v.facts ->> 'taxId'")} = ${plainId("c.tax_id")}
           order by v.recorded_at desc, v.id desc limit 1) as "check",
         array(select distinct e.currency from engagements e where c.id in (e.client_id, e.payer_id) order by 1) as currencies,
         (select concat('one invoice per ', d.grouping, ' in ', d.language, case when d.annex then ' with the timesheet' end,
                   case when d.template <> 'invoice' then ' as a ' || d.template end)
            from delivery_profiles d where d.client_id = c.id and d.name = 'standard') as delivery,
         array(select t.number || ' in ' || array_to_string(t.states, ', ') from tax_certificates t
                where t.client_id = c.id and t.known_to is null order by 1) as exemptions,
         array(select t.starts_on || ' (' || t.currency || ')' from collecting_terms t where t.client_id = c.id order by 1) as "lateTerms",
         array(select concat_ws(' ', r.role, 'from', r.effective_from) from rates r
                where r.client_id = c.id and r.project_id is null and r.known_to is null order by 1) as "roleRates"
    from clients c left join clients s on s.tenant_id = c.tenant_id and s.id = c.merged_into
   where c.id = any(?)`;

/** A price of one that lies within a price of the other and is the same says nothing new, and contradicts nothing. */
export const saidTwice = `m.price_minor = s.price_minor and m.effective_from >= s.effective_from
  and coalesce(m.effective_to, 'infinity') <= coalesce(s.effective_to, 'infinity')`;

/** Prices of the merged client (m) for what the survivor has a price (s) for, on some day. */
export const ratesOfBoth = `rates m join rates s on s.tenant_id = m.tenant_id and s.rate_card_id = m.rate_card_id
  and (s.project_id, s.worker_id, s.role, s.task) is not distinct from (m.project_id, m.worker_id, m.role, m.task)
  and daterange(s.effective_from, s.effective_to) && daterange(m.effective_from, m.effective_to)
  and m.known_to is null and s.known_to is null`;

const betweenSql = `
  with asked as (select ?::uuid as merged, ?::uuid as survivor)
  select (select count(*)::int from billing_runs where state in ('queued', 'running')) as runs,
         (select count(*)::int from invoices i
           where i.stage not in ('issued', 'posted', 'discarded')
             and (i.client_id in (a.merged, a.survivor) or i.payer_id in (a.merged, a.survivor))) as drafts,
         array(select distinct concat_ws(' ', m.role, 'on card', k.key, 'from', greatest(m.effective_from, s.effective_from))
                 from ${ratesOfBoth} join rate_cards k on k.id = m.rate_card_id
                where m.client_id = a.merged and s.client_id = a.survivor and not (${saidTwice}) order by 1) as "rateClashes",
         array(select distinct m.number from withholding_certificates m
                 join withholding_certificates s on s.legal_entity_id = m.legal_entity_id and s.number = m.number and s.withdrawn_on is null
                where m.client_id = a.merged and s.client_id = a.survivor and m.withdrawn_on is null order by 1) as "paperClashes",
         array(select distinct e.code from split_parts m
                 join split_parts s on s.split_id = m.split_id and s.payer_id = a.survivor
                  and (s.purchase_order_id, s.cost_centre) is not distinct from (m.purchase_order_id, m.cost_centre)
                 join splits x on x.id = m.split_id join engagements e on e.id = x.engagement_id
                where m.payer_id = a.merged order by 1) as "sharedSplits"
    from asked a`;
