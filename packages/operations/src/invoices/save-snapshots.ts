import type { InvoiceId } from "@plumbline/domain/id";
import type { InvoiceTemplate } from "@plumbline/domain/invoice/template";
import type { InvoiceSnapshot } from "@plumbline/domain/invoice/snapshot";
import { salesTaxLevels } from "@plumbline/domain/tax/sales-tax-rates";
import { canonicalJson } from "@plumbline/domain/policy/canonical-json";
import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import type { PlannedDraws } from "../payments/draw-retainers.ts";
import { insertRows, query } from "@plumbline/platform/sql";
import { conversionOfInvoice } from "../fx/stored-conversions.ts";
import { taxPointSql } from "./tax-point-sql.ts";
import { earlyPaymentOfInvoice } from "./early-payment-sql.ts";
import { adjustmentsOfInvoice, adjustmentsOfLine } from "./stored-adjustments.ts";

/** Of the built-in templates that issued invoices are printed with; raised when their words or layout change. */
const templateVersion = "4";

/**
 * Freezes what the invoices say, from the rows as they stand in this transaction. Written once; every document is made
 * from it.
 *
 * @param retainers what invoices take of money that was paid ahead
 * @returns the hash of each snapshot
 */
export async function saveSnapshots(
  scope: Scope,
  invoiceIds: readonly InvoiceId[],
  retainers: PlannedDraws["shown"],
): Promise<ReadonlyMap<InvoiceId, string>> {
  const headers = await query<{ id: InvoiceId; header: Header }>(scope.tx, headersSql, [invoiceIds]);
  const lines = await grouped<InvoiceSnapshot["lines"]>(scope, linesSql, invoiceIds);
  const taxes = await grouped<InvoiceSnapshot["taxes"]>(scope, taxesSql, invoiceIds);
  const approvals = await grouped<InvoiceSnapshot["approvals"]>(scope, approvalsSql, invoiceIds);
  const buckets = await grouped<NonNullable<InvoiceSnapshot["hourBuckets"]>>(scope, bucketsSql, invoiceIds);
  const annexes = await grouped<InvoiceSnapshot["annex"]>(scope, annexSql, invoiceIds);
  const snapshots = headers.map(({ id, header: { template, ...header } }) => {
    const [hourBuckets, retainer] = [buckets.get(id), retainers.get(id)];
    // Canonical text, so that the hash does not depend on how the database orders the members.
    const text = canonicalJson({
      ...header,
      schema: 3,
      template: { id: template, version: templateVersion },
      lines: lines.get(id) ?? [],
      taxes: taxes.get(id) ?? [],
      approvals: approvals.get(id) ?? [],
      annex: annexes.get(id) ?? [],
      ...(hourBuckets && { hourBuckets }),
      ...(retainer && {
        retainer: {
          appliedMinor: String(retainer.appliedMinor),
          remainingMinor: String(retainer.remainingMinor),
        },
      }),
    } satisfies InvoiceSnapshot);
    return { id, text, hash: sha256(text) };
  });
  await insertRows(scope.tx, "invoice_snapshots", snapshots, {
    invoice_id: ["uuid", ({ id }) => id],
    snapshot: ["text", ({ text }) => text],
    hash: ["text", ({ hash }) => hash],
  });
  return new Map(snapshots.map(({ id, hash }) => [id, hash]));
}

type Header = Omit<
  InvoiceSnapshot,
  "schema" | "template" | "lines" | "taxes" | "approvals" | "annex" | "hourBuckets" | "retainer"
> & { readonly template: InvoiceTemplate };

async function grouped<T>(scope: Scope, sql: string, ids: readonly InvoiceId[]): Promise<ReadonlyMap<InvoiceId, T>> {
  const rows = await query<{ id: InvoiceId; parts: T }>(scope.tx, sql, [ids]);
  return new Map(rows.map(({ id, parts }) => [id, parts]));
}

/** Optional members are absent rather than null: that is what strip_nulls is for. Amounts leave as text. */
const headersSql = `
  select i.id, jsonb_strip_nulls(jsonb_build_object(
    'number', i.number_text, 'kind', case i.kind when 'deposit' then i.kind end, 'issuedOn', i.issued_on, 'dueOn', i.due_on, 'periodStart', i.period_start,
    'periodEnd', i.period_end, 'taxPoint', case when i.tax_point_rule <> 'service_end' then jsonb_build_object('rule', i.tax_point_rule, 'on', ${taxPointSql}) end,
    'currency', i.currency, 'language', d.language, 'template', d.template,
    'seller', jsonb_build_object('name', coalesce(b.brand->>'name', l.legal_name), 'legalName', l.legal_name, 'address', l.address,
      'country', l.country, 'taxId', l.tax_id, 'email', b.brand->>'supportEmail'),
    'buyer', jsonb_build_object('name', c.name, 'legalName', coalesce(c.legal_name, c.name), 'address', c.address,
      'country', coalesce(c.country, l.country), 'taxId', c.tax_id, 'email', c.invoice_email),
    'bank', l.bank,
    'engagement', e.engagement, 'purchaseOrder', coalesce(o.number, oo.number),
    'correction', case when i.corrects is not null then jsonb_build_object(
      'number', k.number_text, 'issuedOn', k.issued_on, 'reason', i.correction_reason) end, 'paymentTermsDays', i.payment_terms_days,
    'netMinor', i.net_minor::text, 'taxMinor', i.tax_minor::text, 'totalMinor', i.total_minor::text,
    'withholding', case when i.withholding_bp is not null then jsonb_build_object('basisPoints', i.withholding_bp, 'of', i.withholding_of,
      'reference', i.withholding_reference, 'amountMinor', i.withheld_minor::text) end, 'earlyPayment', ${earlyPaymentOfInvoice}, 'adjustments', ${adjustmentsOfInvoice},
    'taxConversion', ${conversionOfInvoice},
    'brand', b.brand)) as header
  from invoices i
  join legal_entities l on l.tenant_id = i.tenant_id and l.id = i.legal_entity_id
  join clients c on c.tenant_id = i.tenant_id and c.id = i.payer_id
  join delivery_profiles d on d.tenant_id = i.tenant_id and d.id = i.delivery_profile_id
  left join purchase_orders o on o.tenant_id = i.tenant_id and o.id = i.purchase_order_id
  left join invoices k on k.tenant_id = i.tenant_id and k.id = i.corrects
  left join purchase_orders oo on oo.tenant_id = k.tenant_id and oo.id = k.purchase_order_id
  cross join lateral (
    select jsonb_build_object('code', string_agg(distinct g.code, ', '), 'name', string_agg(distinct g.name, ', ')) as engagement
      from invoice_lines il
      join engagements g on g.tenant_id = il.tenant_id and g.id = il.engagement_id
     where il.tenant_id = i.tenant_id and il.invoice_id = i.id and il.content_version = i.content_version) e
  cross join lateral (
    select brand from brandings where tenant_id = i.tenant_id order by created_at desc, id desc limit 1) b
  where i.id = any(?)`;

const linesSql = `
  select i.id, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'position', l.position, 'project', p.name, 'description', l.description, 'quantity', l.quantity::text,
    'unit', l.unit, 'minutes', l.minutes, 'priceMinor', l.price_minor::text, 'priceBase', l.price_base,
    'netMinor', l.net_minor::text, 'adjustments', ${adjustmentsOfLine}, 'retainedMinor', nullif(l.retained_minor, 0)::text,
    'costCentre', l.cost_centre, 'deducts', case when d.id is not null then jsonb_build_object('number', d.number_text, 'issuedOn', d.issued_on) end, 'taxCategory', l.tax_category, 'taxBasisPoints', l.tax_bp,
    'because', l.because)) order by l.position) as parts
  from invoices i
  join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
  left join projects p on p.tenant_id = l.tenant_id and p.id = l.project_id
  left join invoices d on d.tenant_id = l.tenant_id and d.id = l.deducts
  where i.id = any(?) group by i.id`;

/** Parts of a sales tax, as they are listed. */
const widestFirst = `array_position('{${salesTaxLevels.join()}}'::text[], t.level)`;

const taxesSql = `
  select i.id, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'category', t.category, 'basisPoints', t.basis_points, 'baseMinor', t.base_minor::text,
    'taxMinor', t.tax_minor::text, 'because', t.because,
    'exemption', case when t.exemption_reason is not null
      then jsonb_build_object('code', t.exemption_code, 'reason', t.exemption_reason) end,
    'component', case when t.jurisdiction is not null
      then jsonb_build_object('jurisdiction', t.jurisdiction, 'name', t.jurisdiction_name, 'level', t.level,
             'rateMillionths', t.rate_millionths) end)) order by t.category, ${widestFirst}, t.basis_points, t.jurisdiction) as parts
  from invoices i
  join tax_determinations t on t.tenant_id = i.tenant_id and t.invoice_id = i.id and t.content_version = i.content_version
  where i.id = any(?) group by i.id`;

const approvalsSql = `
  select i.id, jsonb_agg(jsonb_build_object(
    'step', a.step, 'by', m.name, 'at', to_char(a.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by a.decided_at, a.id) as parts
  from invoices i
  join approvals a on a.tenant_id = i.tenant_id and a.invoice_id = i.id and a.approval_round = i.approval_round
  join memberships m on m.tenant_id = a.tenant_id and m.id = a.actor_id
  where i.id = any(?) group by i.id`;

/** What is drawn while the invoice is issued counts as drawn already. */
const bucketsSql = `
  select d.id, jsonb_agg(jsonb_build_object('startsOn', b.starts_on, 'boughtMinutes', b.minutes, 'drawnMinutes', d.minutes,
    'remainingMinutes', b.minutes - b.used) order by b.starts_on) as parts
  from (select i.tenant_id, i.id, d.bucket_id, sum(d.minutes)::int as minutes
          from invoices i
          join bucket_draws d on d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.content_version = i.content_version
           and d.state <> 'released'
         where i.id = any(?) group by 1, 2, 3) d
  join hour_buckets b on b.tenant_id = d.tenant_id and b.id = d.bucket_id
  group by d.id`;

/** Minutes as billed, so that the timesheet adds up to the lines. */
const annexSql = `
  select i.id, jsonb_agg(jsonb_build_object(
    'workedOn', w.worked_on, 'worker', r.name, 'project', p.name, 'task', coalesce(t.task, ''), 'narrative', t.narrative,
    'minutes', c.billed_minutes, 'line', l.position) order by w.worked_on, r.name, c.id) as parts
  from invoices i
  join delivery_profiles d on d.tenant_id = i.tenant_id and d.id = i.delivery_profile_id and d.annex
  join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
  join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.released_at is null
  join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
  join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
  join workers r on r.tenant_id = t.tenant_id and r.id = t.worker_id
  join projects p on p.tenant_id = w.tenant_id and p.id = w.project_id
  where i.id = any(?) group by i.id`;
