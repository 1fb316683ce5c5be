import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { CreditableLine } from "@plumbline/domain/credit/credit-lines";
import type { InvoiceId, InvoiceLineId } from "@plumbline/domain/id";
import type { LineUnit } from "@plumbline/domain/invoice/line-unit";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import type { TaxCategory } from "@plumbline/domain/tax/category";
import type { TaxRounding } from "@plumbline/domain/tax/tax-rounding";
import { findConversion } from "../fx/find-conversion.ts";
import type { TaxConversion } from "@plumbline/domain/tax/tax-conversion";
import type { TaxTotal } from "@plumbline/domain/tax/tax-summary";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** An issued invoice, with what credit notes have left of it. Those that are not issued yet count: they reserve it. */
export type Creditable = {
  readonly id: InvoiceId;
  readonly version: number;
  readonly number: string;
  readonly currency: Currency;
  readonly language: string;
  readonly taxRounding: TaxRounding;
  readonly billingRunId: string | null;
  readonly bundleHash: string;
  readonly entityId: string;
  readonly clientId: string;
  readonly payerId: string;
  readonly profileId: string;
  readonly engagementId: string | null;
  readonly projectId: string | null;
  /** Number of the purchase order that paid it; absent when none did. */
  readonly order?: string;
  readonly period: Period;
  /** Total that is neither credited, written off nor let go as a discount. */
  readonly leftMinor: bigint;
  readonly lines: readonly StoredLine[];
  readonly taxes: readonly StoredTax[];
  /** Its tax in the currency it is declared in, and what is left of that; absent when it was not converted. */
  readonly conversion: (TaxConversion & { readonly leftMinor: bigint }) | undefined;
};

export type StoredTax = TaxTotal & {
  readonly because: string;
  readonly exemptionCode: string | null;
  readonly exemptionReason: string | null;
  readonly evidenceId: string | null;
  readonly certificateId: string | null;
};

export type StoredLine = CreditableLine & {
  readonly id: InvoiceLineId;
  readonly engagementId: string;
  readonly projectId: string | undefined;
  readonly rateId: string | undefined;
  readonly description: string;
  /** The days over which it is earned, when it was billed before. */
  readonly earned: { readonly from: string; readonly until: string } | undefined;
  /** The deposit that it takes off, or whose rate of tax it brings to a part of the supply. */
  readonly deducts: InvoiceId | undefined;
  readonly retaxes: InvoiceId | undefined;
  /** Where the buyer accounts for it; absent when it did not say. */
  readonly costCentre?: string;
};

/**
 * Locks an invoice until the transaction ends, so that two who credit it come one after another, and says what is left of it.
 *
 * @throws Problem `invoice-not-found` | `credit-refused` when it is no invoice that was issued
 */
export async function lockCreditable(scope: Scope, invoiceId: InvoiceId): Promise<Creditable> {
  const [locked] = await query<{ kind: string; issued: boolean }>(
    scope.tx,
    "select kind, number is not null as issued from invoices where id = ? for update",
    [invoiceId],
  );
  if (locked === undefined) throw new Problem("invoice-not-found");
  if (locked.kind === "opening")
    throw new Problem("credit-refused", {
      detail: "It was issued before the firm moved in, where its lines and its tax are: it is credited there.",
    });
  if (locked.kind === "credit_note" || !locked.issued)
    throw new Problem("credit-refused", { detail: "Only an invoice that was issued can be credited." });
  const [header] = await query<Header>(scope.tx, headerSql, [invoiceId]);
  if (header === undefined) throw new Error(`invoice ${invoiceId} vanished`);
  const { leftMinor, depositLeft, start, end, order, ...rest } = header;
  const lines = await query<LineRow>(scope.tx, linesSql, [invoiceId]);
  const taxes = await query<TaxRow>(scope.tx, taxesSql, [invoiceId]);
  return {
    ...rest,
    ...(order !== null && { order }),
    conversion: await findConversion(scope, invoiceId),
    period: { start, end },
    leftMinor: BigInt(leftMinor),
    lines: lines.map(fromLineRow).map((line) => withinDeposit(line, depositLeft)),
    taxes: taxes.map(({ baseMinor, taxMinor, component, ...tax }) => ({
      ...tax,
      ...(component !== null && { component }),
      baseMinor: BigInt(baseMinor),
      taxMinor: BigInt(taxMinor),
    })),
  };
}

type Header = Omit<Creditable, "leftMinor" | "lines" | "taxes" | "period" | "conversion" | "order"> & {
  readonly order: string | null;
  readonly leftMinor: string;
  /** Of a deposit: what no invoice deducted. */
  readonly depositLeft: string | null;
  readonly start: LocalDate;
  readonly end: LocalDate;
};

/** What was deducted of a deposit was given back with the invoice that did so. */
const withinDeposit = (line: StoredLine, depositLeft: string | null): StoredLine =>
  depositLeft === null || BigInt(depositLeft) >= line.left.netMinor
    ? line
    : { ...line, left: { ...line.left, netMinor: BigInt(depositLeft) } };

/** What was given up of an invoice, for the select list, of invoices named `i`: a credit would give it up again. */
export const givenUpSql = `(
  select coalesce(sum(p.amount_minor), 0) from ledger_entries e
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
     and (p.account in ('bad_debt', 'discounts_allowed') or p.account = 'tax_payable' and e.fact <> 'invoice_issued')
   where e.tenant_id = i.tenant_id and e.invoice_id = i.id)`;

const headerSql = `
  select i.id, i.version, i.number_text as number, i.currency, d.language, i.tax_rounding as "taxRounding", i.billing_run_id as "billingRunId",
         i.bundle_hash as "bundleHash", i.legal_entity_id as "entityId", i.client_id as "clientId", i.payer_id as "payerId",
         i.delivery_profile_id as "profileId", i.engagement_id as "engagementId", i.project_id as "projectId", o.number as "order",
         i.period_start as start, i.period_end as "end",
         case i.kind when 'deposit' then app.deposit_left(i.tenant_id, i.id)::text end as "depositLeft",
         i.total_minor - ${givenUpSql} + (
           select coalesce(sum(c.total_minor), 0) from invoices c
            where c.tenant_id = i.tenant_id and c.corrects = i.id and c.stage <> 'discarded') as "leftMinor"
    from invoices i
    join delivery_profiles d on d.tenant_id = i.tenant_id and d.id = i.delivery_profile_id
    left join purchase_orders o on o.tenant_id = i.tenant_id and o.id = i.purchase_order_id
   where i.id = ?`;

const linesSql = `
  select l.id, l.position, l.engagement_id as "engagementId", l.project_id as "projectId", l.rate_id as "rateId", l.description, l.deducts, l.retaxes,
         l.cost_centre as "costCentre",
         l.earned_from as "earnedFrom", l.earned_until as "earnedUntil",
         trim_scale(l.quantity)::text as quantity, l.unit, l.price_minor as "priceMinor", l.price_base as "priceBase", l.tax_category as "taxCategory",
         l.tax_bp as "taxBasisPoints", l.net_minor + l.spread_minor as "netMinor", l.retained_minor as "retainedMinor",
         trim_scale(l.quantity - back.quantity)::text as "leftQuantity", l.minutes + back.minutes as "leftMinutes",
         l.net_minor + l.spread_minor + back.net as "leftNet", l.retained_minor + back.retained as "leftRetained"
    from invoices i
    join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
   cross join lateral (
     select coalesce(sum(x.quantity), 0) as quantity, coalesce(sum(n.minutes), 0) as minutes,
            coalesce(sum(n.net_minor), 0) as net, coalesce(sum(n.retained_minor), 0) as retained
       from credit_lines x
       join invoice_lines n on n.tenant_id = x.tenant_id and n.id = x.line_id
       join invoices c on c.tenant_id = n.tenant_id and c.id = n.invoice_id and c.stage <> 'discarded'
      where x.tenant_id = l.tenant_id and x.corrected_line_id = l.id) back
   where i.id = ? order by l.position`;

const taxesSql = `
  select t.category, t.basis_points as "basisPoints", t.because, t.exemption_code as "exemptionCode",
         t.exemption_reason as "exemptionReason", t.evidence_id as "evidenceId", t.certificate_id as "certificateId",
         case when t.jurisdiction is not null then jsonb_build_object('jurisdiction', t.jurisdiction, 'name', t.jurisdiction_name,
           'level', t.level, 'rateMillionths', t.rate_millionths, 'because', '') end as component, t.base_minor + back.base as "baseMinor",
         t.tax_minor + back.tax as "taxMinor"
    from invoices i
    join tax_determinations t on t.tenant_id = i.tenant_id and t.invoice_id = i.id and t.content_version = i.content_version
   cross join lateral (
     select coalesce(sum(b.base_minor), 0) as base, coalesce(sum(b.tax_minor), 0) as tax
       from invoices c
       join tax_determinations b on b.tenant_id = c.tenant_id and b.invoice_id = c.id
      where c.tenant_id = i.tenant_id and c.corrects = i.id and c.stage <> 'discarded'
        and b.category = t.category and b.basis_points = t.basis_points
        and b.jurisdiction is not distinct from t.jurisdiction) back
   where i.id = ?`;

type TaxRow = Omit<StoredTax, "baseMinor" | "taxMinor" | "component"> &
  Record<"baseMinor" | "taxMinor", string> & { readonly component: NonNullable<TaxTotal["component"]> | null };

type LineRow = {
  readonly id: InvoiceLineId;
  readonly position: number;
  readonly engagementId: string;
  readonly projectId: string | null;
  readonly rateId: string | null;
  readonly deducts: InvoiceId | null;
  readonly retaxes: InvoiceId | null;
  readonly description: string;
  readonly costCentre: string | null;
  readonly earnedFrom: string | null;
  readonly earnedUntil: string | null;
  readonly quantity: string;
  readonly unit: LineUnit;
  readonly priceMinor: string;
  readonly priceBase: number;
  readonly taxCategory: TaxCategory;
  readonly taxBasisPoints: number;
  readonly netMinor: string;
  readonly retainedMinor: string;
  readonly leftQuantity: string;
  readonly leftMinutes: string;
  readonly leftNet: string;
  readonly leftRetained: string;
};

const fromLineRow = ({
  leftQuantity,
  leftMinutes,
  leftNet,
  leftRetained,
  earnedFrom,
  earnedUntil,
  costCentre,
  ...row
}: LineRow): StoredLine => ({
  ...row,
  ...(costCentre !== null && { costCentre }),
  projectId: row.projectId ?? undefined,
  rateId: row.rateId ?? undefined,
  earned: earnedFrom !== null && earnedUntil !== null ? { from: earnedFrom, until: earnedUntil } : undefined,
  deducts: row.deducts ?? undefined,
  retaxes: row.retaxes ?? undefined,
  priceMinor: BigInt(row.priceMinor),
  netMinor: BigInt(row.netMinor),
  retainedMinor: BigInt(row.retainedMinor),
  left: {
    quantity: leftQuantity,
    minutes: Number(leftMinutes),
    netMinor: BigInt(leftNet),
    retainedMinor: BigInt(leftRetained),
  },
});
