import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import { endOf, type Subscription } from "@plumbline/domain/engagement/subscription";
import type { ClientId, InvoiceId } from "@plumbline/domain/id";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { loadDeposits } from "../deposits/load-deposits.ts";
import { amendedBySql } from "../change-orders/amended-by.ts";
import { loadBuckets } from "../hour-buckets/load-buckets.ts";
import { loadFx, withFx } from "../fx/load-fx.ts";
import { loadPriceRates, withPriceRates } from "../fx/load-price-rates.ts";
import { loadSplits, withSplits } from "../splits/load-splits.ts";
import { loadLimits } from "../limits/load-limits.ts";
import { loadBilledBefore } from "./load-billed-before.ts";
import { loadSalesTax, withSalesTax } from "./load-sales-tax.ts";
import { earliestWorkDay } from "./late-days.ts";
import { query } from "@plumbline/platform/sql";
import type { TaxRounding } from "@plumbline/domain/tax/tax-rounding";
import type { TenantTx } from "@plumbline/platform/tenancy";
import {
  type BookRows,
  type DefaultCardRow,
  type EngagementRow,
  type GradeRow,
  openRunBook,
  type ProjectRow,
  type RateRow,
  type WorkerRow,
} from "./book-rows.ts";
import type { RunBook } from "./run-book.ts";

/** A book with the rows it was opened from: a draft keeps those that it used. */
export type LoadedBook = RunBook & { readonly rows: BookRows };

/**
 * Reads all master data a run needs, in a handful of statements.
 *
 * @param knownAt rates and terms as they were known then: a resumed run prices as its first half did. Without it, as known now
 */
export async function loadRunBook(
  tx: TenantTx,
  input: {
    readonly period: Period;
    readonly knownAt?: string;
    readonly bundle: PolicyBundle;
    /** What this invoice deducts of deposits is left, because it is drafted anew. */
    readonly revised?: InvoiceId;
    /** When invoices of the book are issued, as far as anybody knows: now, or on a day. */
    readonly issued: { readonly at: Date } | { readonly on: LocalDate };
  },
): Promise<LoadedBook> {
  const knownAt = input.knownAt ?? null;
  const taxed = withSalesTax(
    withSplits(await loadEngagements(tx, { knownAt, issued: input.issued }), await loadSplits(tx, knownAt)),
    await loadSalesTax(tx, knownAt),
  );
  const at = { knownAt, period: input.period };
  const engagements = withPriceRates(withFx(taxed, await loadFx(tx, at)), await loadPriceRates(tx, at));
  const rows: BookRows = {
    engagements,
    projects: await query<ProjectRow>(tx, "select id, name, billable, active from projects"),
    grades: await query<GradeRow>(
      tx,
      'select worker_id as worker, role, effective_from as "from" from worker_grades order by effective_from desc',
    ),
    workers: await query<WorkerRow>(tx, "select id, name from workers"),
    rates: await loadRates(tx, knownAt),
    defaultCards: await query<DefaultCardRow>(tx, "select id, currency from rate_cards where is_default"),
    limits: await loadLimits(tx),
    buckets: await loadBuckets(tx),
    deposits: await loadDeposits(tx, input.revised),
    billedBefore: await loadBilledBefore(tx, { engagements, from: earliestWorkDay(input.period) }),
  };
  const knownClients = await query<{ id: ClientId }>(
    tx,
    "select distinct client_id as id from invoices where number is not null",
  );
  const book = openRunBook(rows, {
    period: input.period,
    bundle: input.bundle,
    knownClients: new Set(knownClients.map(({ id }) => id)),
    orderRemaining: await loadOrderRemaining(tx),
  });
  return { ...book, rows };
}

type StoredEngagement = Omit<EngagementRow, "taxRounding" | "taxPoint"> & {
  readonly subscriptions: readonly Subscription[] | null;
  readonly taxRounding: TaxRounding | null;
  readonly taxPoint: EngagementRow["taxPoint"] | null;
};

async function loadEngagements(
  tx: TenantTx,
  {
    knownAt,
    issued,
  }: { readonly knownAt: string | null; readonly issued: Parameters<typeof loadRunBook>[1]["issued"] },
): Promise<EngagementRow[]> {
  const rows = await query<StoredEngagement>(
    tx,
    // Facts of many rows are gathered once and joined: looked up for each engagement, they would be read that many times.
    `with terms as materialized (
       select engagement_id, jsonb_agg(jsonb_build_object('id', id, 'from', effective_from, 'terms', terms)
                                       order by effective_from desc, amended desc) as terms
         from engagement_terms
        where known_from <= coalesce(?::timestamptz, now())
          and (known_to is null or known_to > coalesce(?::timestamptz, now()))
        group by engagement_id),
     checks as materialized (
       select distinct on (subject_id) subject_id, jsonb_build_object('id', id, 'facts', facts) as "check"
         from evidence where kind = 'vat_id_check' order by subject_id, recorded_at desc, id desc),
     orders as materialized (
       select engagement_id, jsonb_agg(jsonb_build_object('id', id, 'number', number, 'currency', currency, 'from', valid_from, 'to', valid_to)
                                       order by valid_from, number) as orders
         from purchase_orders group by engagement_id),
     covers as materialized (
       select engagement_id, jsonb_agg(terms order by id) as subscriptions
         from (select distinct on (id) engagement_id, id, terms from recurring_agreements
                where kind = 'subscription' and recorded_at <= coalesce(?::timestamptz, now())
                order by id, version desc) a
        where terms->>'coversTime' = 'true' group by engagement_id)
     select e.id, e.code, e.client_id as "clientId", e.payer_id as "payerId", e.legal_entity_id as "entityId",
            e.delivery_profile_id as "profileId", d.grouping, d.language, e.currency, e.rate_card_id as "cardId",
            e.approver_id as "approverId", c.po_required as "poRequired",
            jsonb_build_object('country', l.country, 'taxId', l.tax_id) as seller,
            jsonb_build_object('legalName', c.legal_name, 'country', c.country, 'taxId', c.tax_id,
              'invoiceEmail', c.invoice_email, 'isBusiness', c.is_business) as client,
            coalesce(terms.terms, '[]') as terms, checks."check", orders.orders, covers.subscriptions,
            nullif(l.tax_rounding, 'document') as "taxRounding",
            case when l.tax_point_rule <> 'service_end' then jsonb_strip_nulls(jsonb_build_object(
              'rule', l.tax_point_rule, 'withinDays', l.tax_point_days,
              'draftedOn', coalesce(?::date, (?::timestamptz at time zone l.time_zone)::date))) end as "taxPoint"
       from engagements e
       join clients c on c.id = e.payer_id
       join legal_entities l on l.id = e.legal_entity_id
       join delivery_profiles d on d.id = e.delivery_profile_id
       left join terms on terms.engagement_id = e.id
       left join checks on checks.subject_id = e.payer_id
       left join orders on orders.engagement_id = e.id
       left join covers on covers.engagement_id = e.id`,
    [knownAt, knownAt, knownAt, "on" in issued ? issued.on : null, "at" in issued ? issued.at : null],
  );
  return rows.map(({ subscriptions, taxRounding, taxPoint, ...row }) => ({
    ...row,
    ...(taxRounding && { taxRounding }),
    ...(taxPoint && { taxPoint }),
    ...(subscriptions && {
      covers: subscriptions.map((agreed) => ({ name: agreed.name, from: agreed.startsOn, until: endOf(agreed) })),
    }),
  }));
}

/** Rates of all cards as they were known at an instant, or as they are known now. */
export async function loadRates(tx: TenantTx, knownAt: string | null): Promise<RateRow[]> {
  const rows = await query<RateRow>(
    tx,
    `select r.id, r.rate_card_id as "cardId", c.key as "cardName", c.currency, r.price_minor as price,
            r.effective_from as "from", r.effective_to as until, r.engagement_id as "engagementId", r.client_id as "clientId",
            r.project_id as "projectId", r.worker_id as "workerId", r.role, r.task, ${amendedBySql} as "amendedBy"
       from rates r join rate_cards c on c.id = r.rate_card_id
       left join change_orders o on o.tenant_id = r.tenant_id and o.id = r.change_order_id
      where r.known_from <= coalesce(?::timestamptz, now()) and (r.known_to is null or r.known_to > coalesce(?::timestamptz, now()))`,
    [knownAt, knownAt],
  );
  return rows.map(({ amendedBy, ...row }) => ({ ...row, ...(amendedBy && { amendedBy }) }));
}

/** What drafts and invoices have not used of purchase orders; rebillable credits gave their part back. */
async function loadOrderRemaining(tx: TenantTx): Promise<Map<string, bigint>> {
  const rows = await query<{ id: string; remaining: string }>(
    tx,
    `select o.id, coalesce(l.total - l.used, o.amount_minor) as remaining
       from purchase_orders o left join limits l on l.purchase_order_id = o.id`,
  );
  return new Map(rows.map(({ id, remaining }) => [id, BigInt(remaining)]));
}
