import type { InvoiceWire } from "@plumbline/contract/invoice";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import type { InvoiceSnapshot } from "@plumbline/domain/invoice/snapshot";
import type { TaxPointRule } from "@plumbline/domain/tax/tax-point";
import { Problem } from "@plumbline/domain/problem";
import { salesTaxLevels } from "@plumbline/domain/tax/sales-tax-rates";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { type AdjustmentRow, adjustmentsOfInvoice, adjustmentsOfLine, adjustmentToWire } from "./stored-adjustments.ts";
import { listExceptionsOf } from "../exceptions/list-exceptions.ts";
import { clocksOf } from "../clocks/clocks-of-invoices.ts";
import { type SummaryRow, summaryColumns, summaryJoins, toSummary } from "./invoice-summary.ts";
import { type IssueFacts, issueFactColumns, movesOfInvoice } from "./moves-of-invoice.ts";
import { conversionOfInvoice, type ConversionRow, conversionToWire } from "../fx/stored-conversions.ts";
import { correctionColumns, creditsOfLineSql, leftOfLineSql } from "../credits/credit-columns.ts";
import { earlyPaymentOfInvoice } from "./early-payment-sql.ts";
import { taxPointSql } from "./tax-point-sql.ts";
import { type WriteDownRow, writeDownColumns, writeDownToWire } from "../write-downs/write-down-columns.ts";
import { type MoveFacts, moveFactColumns } from "./move-checks.ts";

/**
 * Everything about an invoice: how each line came about, what policy said, who signed, and which moves the actor can
 * make now.
 *
 * @throws Problem `permission-missing` | `invoice-not-found`
 */
export async function findInvoice(scope: Scope, input: { readonly invoiceId: InvoiceId }): Promise<InvoiceWire> {
  demand(scope, "invoice.read");
  const [row] = await query<Row>(scope.tx, sql, [input.invoiceId]);
  if (row === undefined) throw new Problem("invoice-not-found");
  const { currency } = row;
  return {
    ...toSummary(row, await clocksOf(scope.tx, [row.id], scope.now)),
    payer: { id: row.payer_id, name: row.payer },
    ...(row.purchase_order !== null && { purchaseOrder: row.purchase_order }),
    paymentTermsDays: row.payment_terms_days,
    preparedBy: row.prepared_by_name,
    ...(row.submitted_by_name !== null && { submittedBy: row.submitted_by_name }),
    ...(row.billing_run_id !== null && { billingRunId: row.billing_run_id }),
    bundleHash: row.bundle_hash,
    lines: row.lines.map(({ priceMinor, netMinor, retainedMinor, left, adjustments, ...line }) => ({
      ...line,
      price: minorToWire(priceMinor, currency),
      net: minorToWire(netMinor, currency),
      ...(adjustments !== undefined && { adjustments: adjustments.map((each) => adjustmentToWire(each, currency)) }),
      ...(retainedMinor !== undefined && { retained: minorToWire(retainedMinor, currency) }),
      ...(left !== undefined && { left: { quantity: left.quantity, net: minorToWire(left.netMinor, currency) } }),
    })),
    ...(row.adjustments !== null && {
      adjustments: row.adjustments.map((each) => adjustmentToWire(each, currency)),
    }),
    taxes: row.taxes.map(({ baseMinor, taxMinor, ...tax }) => ({
      ...tax,
      base: minorToWire(baseMinor, currency),
      tax: minorToWire(taxMinor, currency),
    })),
    ...(row.conversion !== null && { taxConversion: conversionToWire(row.conversion) }),
    approvals: row.approvals.map(({ at, ...approval }) => ({ ...approval, at: new Date(at).toISOString() })),
    checks: [...row.checks],
    exceptions: await listExceptionsOf(scope.tx, row.id),
    documents: row.documents.map(({ createdAt, ...document }) => ({
      ...document,
      createdAt: new Date(createdAt).toISOString(),
    })),
    moves: movesOfInvoice(scope, row),
    taxPoint: { rule: row.tax_point_rule, ...(row.tax_point !== null && { on: row.tax_point }) },
    ...(row.withholding !== null && {
      withholding: {
        amount: minorToWire(row.withholding.amountMinor, currency),
        basisPoints: row.withholding.basisPoints,
        of: row.withholding.of,
        reference: row.withholding.reference,
      },
    }),
    ...(row.taken_over !== null && {
      takenOver: { on: row.taken_over.on, open: minorToWire(row.taken_over.openMinor, currency) },
    }),
    ...(row.early_payment !== null && {
      earlyPayment: row.early_payment.map(({ until, basisPoints, amountMinor }) => ({
        until,
        basisPoints,
        discount: minorToWire(amountMinor, currency),
      })),
    }),
    ...(row.deposit_left !== null && { depositLeft: minorToWire(row.deposit_left, currency) }),
    ...(row.write_downs !== null && {
      writeDowns: row.write_downs.map((each) => writeDownToWire(each, currency)),
    }),
    ...(row.correction !== null && { correction: row.correction }),
    ...(row.rebills && { rebills: true }),
    ...(row.replaces !== null && { replaces: row.replaces }),
    ...(row.rebilled_by !== null && { rebilledBy: [...row.rebilled_by] }),
    ...(row.credit_notes !== null && {
      creditNotes: row.credit_notes.map(({ totalMinor, ...note }) => ({
        ...note,
        total: minorToWire(totalMinor, currency),
      })),
    }),
  };
}

type Wire<Name extends keyof InvoiceWire> = InvoiceWire[Name] extends readonly (infer Item)[] | undefined
  ? Item
  : never;
type InMinor<Item, Amounts extends keyof Item> = Omit<Item, Amounts> & {
  readonly [Name in Amounts as `${string & Name}Minor`]: string;
};

type Row = SummaryRow &
  MoveFacts &
  IssueFacts & {
    readonly payer_id: string;
    readonly payer: string;
    readonly purchase_order: string | null;
    readonly payment_terms_days: number;
    readonly prepared_by_name: string;
    readonly submitted_by_name: string | null;
    readonly billing_run_id: string | null;
    readonly deposit_left: string | null;
    readonly taken_over: InMinor<NonNullable<InvoiceWire["takenOver"]>, "open"> | null;
    readonly withholding: InMinor<NonNullable<InvoiceWire["withholding"]>, "amount"> | null;
    readonly early_payment: NonNullable<InvoiceSnapshot["earlyPayment"]> | null;
    readonly tax_point_rule: TaxPointRule;
    readonly tax_point: LocalDate | null;
    readonly bundle_hash: string;
    readonly conversion: ConversionRow | null;
    readonly lines: readonly (InMinor<Omit<Wire<"lines">, "retained" | "left" | "adjustments">, "price" | "net"> & {
      readonly retainedMinor?: string;
      readonly left?: { readonly quantity: string; readonly netMinor: string };
      readonly adjustments?: readonly AdjustmentRow[];
    })[];
    readonly adjustments: readonly AdjustmentRow[] | null;
    readonly taxes: readonly InMinor<Wire<"taxes">, "base" | "tax">[];
    readonly approvals: readonly Wire<"approvals">[];
    readonly checks: readonly Wire<"checks">[];
    readonly documents: readonly Wire<"documents">[];
    readonly correction: NonNullable<InvoiceWire["correction"]> | null;
    readonly rebills: boolean;
    readonly replaces: NonNullable<InvoiceWire["replaces"]> | null;
    readonly rebilled_by: NonNullable<InvoiceWire["rebilledBy"]> | null;
    readonly write_downs: readonly WriteDownRow[] | null;
    readonly credit_notes: readonly InMinor<Wire<"creditNotes">, "total">[] | null;
  };

/** Parts of a sales tax, as they are listed. */
const widestFirst = `array_position('{${salesTaxLevels.join()}}'::text[], t.level)`;

/** Parts as JSON, so that one statement brings the whole. Amounts are text in it: JSON is exact for small numbers only. */
const sql = `
  select ${summaryColumns}, ${moveFactColumns}, ${issueFactColumns}, i.payer_id, y.name as payer,
    coalesce(o.number, (select p.number from invoices k join purchase_orders p on p.tenant_id = k.tenant_id and p.id = k.purchase_order_id
                         where k.tenant_id = i.tenant_id and k.id = i.corrects)) as purchase_order,
    i.payment_terms_days, i.billing_run_id, i.bundle_hash,
    case when i.withholding_bp is not null then jsonb_build_object('amountMinor', i.withheld_minor::text, 'basisPoints', i.withholding_bp,
      'of', i.withholding_of, 'reference', i.withholding_reference) end as withholding,
    case when i.number is not null then ${earlyPaymentOfInvoice} end as early_payment,
    i.tax_point_rule, coalesce(${taxPointSql}, i.tax_point_on, case i.tax_point_rule when 'service_end' then i.period_end - 1 end) as tax_point,
    case when i.kind = 'opening' then jsonb_build_object('on', e.cut_over_on, 'openMinor', i.opening_minor::text) end as taken_over,
    case when i.kind = 'deposit' and i.number is not null then app.deposit_left(i.tenant_id, i.id)::text end as deposit_left,
    (select m.name from memberships m where m.tenant_id = i.tenant_id and m.id = i.prepared_by) as prepared_by_name,
    (select m.name from memberships m where m.tenant_id = i.tenant_id and m.id = i.submitted_by) as submitted_by_name,
    (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
              'position', l.position, 'project', n.name, 'description', l.description, 'quantity', l.quantity::text,
              'unit', l.unit, 'minutes', l.minutes, 'priceMinor', l.price_minor::text, 'priceBase', l.price_base,
              'netMinor', l.net_minor::text, 'adjustments', ${adjustmentsOfLine}, 'retainedMinor', nullif(l.retained_minor, 0)::text,
              'costCentre', l.cost_centre, 'taxCategory', l.tax_category, 'taxBasisPoints', l.tax_bp, 'because', l.because,
              'entries', (select count(*) from claims k
                            join time_entries t on t.tenant_id = k.tenant_id and t.id = k.work_item_id
                             and t.version = k.work_item_version
                           where k.tenant_id = l.tenant_id and k.line_id = l.id and k.kept_of is null),
              'deducts', (select jsonb_build_object('id', d.id, 'number', d.number_text) from invoices d
                           where d.tenant_id = l.tenant_id and d.id = l.deducts),
              'credits', ${creditsOfLineSql}, 'left', ${leftOfLineSql})) order by l.position), '[]')
       from invoice_lines l left join projects n on n.tenant_id = l.tenant_id and n.id = l.project_id
      where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version) as lines,
    ${adjustmentsOfInvoice} as adjustments,
    ${conversionOfInvoice} as conversion,
    (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
              'category', t.category, 'basisPoints', t.basis_points, 'baseMinor', t.base_minor::text,
              'taxMinor', t.tax_minor::text, 'because', t.because,
              'exemption', case when t.exemption_reason is not null
                then jsonb_build_object('code', t.exemption_code, 'reason', t.exemption_reason) end,
    'component', case when t.jurisdiction is not null
      then jsonb_build_object('jurisdiction', t.jurisdiction, 'name', t.jurisdiction_name, 'level', t.level,
             'rateMillionths', t.rate_millionths) end)) order by t.category, ${widestFirst}, t.basis_points, t.jurisdiction), '[]')
       from tax_determinations t
      where t.tenant_id = i.tenant_id and t.invoice_id = i.id and t.content_version = i.content_version) as taxes,
    (select coalesce(jsonb_agg(jsonb_build_object('step', a.step, 'by', m.name, 'at', a.decided_at) order by a.decided_at), '[]')
       from approvals a join memberships m on m.tenant_id = a.tenant_id and m.id = a.actor_id
      where a.tenant_id = i.tenant_id and a.invoice_id = i.id and a.approval_round = i.approval_round) as approvals,
    (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
              'pack', pack->>'pack', 'rule', ruling->>'rule', 'outcome', ruling->>'outcome', 'owner', rule->>'owner',
              'message', rule->>'message', 'waived', (
                select jsonb_build_object('until', w.until_on, 'by', m.name, 'because', w.reason)
                  from exceptions x
                  join waivers w on w.tenant_id = x.tenant_id and w.id = app.waiver_of(x)
                  join memberships m on m.tenant_id = w.tenant_id and m.id = w.given_by
                 where x.tenant_id = i.tenant_id and x.invoice_id = i.id and x.state = 'open' and x.severity = 'block'
                   and x.code = ruling->>'rule' limit 1))) order by place), '[]')
       from (select v.* from policy_decisions v
              where v.tenant_id = i.tenant_id and v.invoice_id = i.id and v.content_version = i.content_version
              order by v.decided_at desc, v.id desc limit 1) v
       join policy_bundles b on b.tenant_id = v.tenant_id and b.hash = v.bundle_hash
      cross join jsonb_array_elements(v.rulings) with ordinality u (ruling, place)
      cross join jsonb_array_elements(b.packs) pack
      cross join jsonb_array_elements(pack->'rules') rule
      where rule->>'id' = ruling->>'rule') as checks,
    (select coalesce(jsonb_agg(jsonb_build_object(
              'format', d.format, 'hash', d.hash, 'bytes', d.bytes, 'createdAt', d.created_at) order by d.format desc), '[]')
       from documents d where d.tenant_id = i.tenant_id and d.invoice_id = i.id) as documents,
    ${correctionColumns}, ${writeDownColumns}
  from invoices i ${summaryJoins}
  join clients y on y.tenant_id = i.tenant_id and y.id = i.payer_id
  left join purchase_orders o on o.tenant_id = i.tenant_id and o.id = i.purchase_order_id
  where i.id = ?`;
