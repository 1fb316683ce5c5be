import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import { missingFor } from "@plumbline/domain/engagement/readiness";
import { areTerms, type EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { ClientId, ProjectId, WorkerId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { openRateBook, type Rate, type RateBook } from "@plumbline/domain/rating/rate-book";
import { decideTax } from "@plumbline/domain/tax/decide-tax";
import type { VatIdCheck } from "@plumbline/domain/tax/vat-id-check";
import { loadBuckets } from "../hour-buckets/load-buckets.ts";
import { loadLimits } from "../limits/load-limits.ts";
import { loadBilledBefore } from "./load-billed-before.ts";
import { earliestWorkDay } from "./late-days.ts";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { type BookEngagement, type BookProject, heldOn, type RunBook } from "./run-book.ts";

/**
 * Reads all master data a run needs, in a handful of statements.
 *
 * @param knownAt rates and terms as they were known then: a resumed run prices as its first half did. Without it, as known now
 */
export async function loadRunBook(
  tx: TenantTx,
  input: { readonly period: Period; readonly knownAt?: string; readonly bundle: PolicyBundle },
): Promise<RunBook> {
  const { period, bundle } = input;
  const knownAt = input.knownAt ?? null;
  const [engagements, projects, grades, workers, rates, orderRemaining, limits, buckets, knownClients] = [
    await loadEngagements(tx, period, knownAt),
    await query<BookProject & { id: ProjectId }>(tx, "select id, name, billable, active from projects"),
    await query<{ worker: WorkerId; role: string; from: LocalDate }>(
      tx,
      'select worker_id as worker, role, effective_from as "from" from worker_grades order by effective_from desc',
    ),
    await query<{ id: WorkerId; name: string }>(tx, "select id, name from workers"),
    await loadRates(tx, knownAt),
    await loadOrderRemaining(tx),
    await loadLimits(tx),
    await loadBuckets(tx),
    await query<{ id: ClientId }>(tx, "select distinct client_id as id from invoices where number is not null"),
  ];
  const billedBefore = await loadBilledBefore(tx, { engagements, from: earliestWorkDay(period) });
  return {
    period,
    bundle,
    rates,
    engagements: new Map(engagements.map((engagement) => [engagement.id, engagement])),
    projects: new Map(projects.map(({ id, ...project }) => [id, project])),
    grades: Map.groupBy(grades, ({ worker }) => worker),
    workerNames: new Map(workers.map(({ id, name }) => [id, name])),
    knownClients: new Set(knownClients.map(({ id }) => id)),
    orderRemaining,
    limits,
    billedBefore,
    buckets,
  };
}

type EngagementRow = Omit<BookEngagement, "terms" | "missing" | "tax" | "taxEvidenceId" | "order" | "sellerCountry"> & {
  readonly terms: readonly { readonly from: LocalDate; readonly terms: EngagementTerms }[];
  readonly seller: { readonly country: string; readonly taxId: string | null };
  readonly client: Record<"legalName" | "country" | "taxId" | "invoiceEmail", string | null> & {
    readonly isBusiness: boolean;
  };
  readonly approverId: string | null;
  readonly check: { readonly id: string; readonly facts: VatIdCheck } | null;
  readonly orders: readonly { id: string; currency: Currency; from: LocalDate; to: LocalDate | null }[] | null;
};

async function loadEngagements(tx: TenantTx, period: Period, knownAt: string | null): Promise<BookEngagement[]> {
  const rows = await query<EngagementRow>(
    tx,
    // Facts of many rows are gathered once and joined: looked up for each engagement, they would be read that many times.
    `with terms as materialized (
       select engagement_id, jsonb_agg(jsonb_build_object('from', effective_from, 'terms', terms)
                                       order by effective_from desc) as terms
         from engagement_terms
        where known_from <= coalesce(?::timestamptz, now())
          and (known_to is null or known_to > coalesce(?::timestamptz, now()))
        group by engagement_id),
     checks as materialized (
       select distinct on (subject_id) subject_id, jsonb_build_object('id', id, 'facts', facts) as "check"
         from evidence where kind = 'vat_id_check' order by subject_id, recorded_at desc, id desc),
     orders as materialized (
       select engagement_id, jsonb_agg(jsonb_build_object('id', id, 'currency', currency, 'from', valid_from, 'to', valid_to)
                                       order by valid_from, number) as orders
         from purchase_orders group by engagement_id)
     select e.id, e.code, e.client_id as "clientId", e.payer_id as "payerId", e.legal_entity_id as "entityId",
            e.delivery_profile_id as "profileId", d.grouping, d.language, e.currency, e.rate_card_id as "cardId",
            e.approver_id as "approverId", c.po_required as "poRequired",
            jsonb_build_object('country', l.country, 'taxId', l.tax_id) as seller,
            jsonb_build_object('legalName', c.legal_name, 'country', c.country, 'taxId', c.tax_id,
              'invoiceEmail', c.invoice_email, 'isBusiness', c.is_business) as client,
            coalesce(terms.terms, '[]') as terms, checks."check", orders.orders
       from engagements e
       join clients c on c.id = e.payer_id
       join legal_entities l on l.id = e.legal_entity_id
       join delivery_profiles d on d.id = e.delivery_profile_id
       left join terms on terms.engagement_id = e.id
       left join checks on checks.subject_id = e.payer_id
       left join orders on orders.engagement_id = e.id`,
    [knownAt, knownAt],
  );
  return rows.map((row) => toBookEngagement(row, period));
}

function toBookEngagement(row: EngagementRow, period: Period): BookEngagement {
  const { seller, client, check, orders, ...engagement } = row;
  const lastDay = addDays(period.end, -1);
  const known = withoutNulls(client);
  const terms = row.terms.filter((version) => areTerms(version.terms));
  // The order of the period, else any: a rule then says that it is not valid, rather than that there is none.
  const validOn = (order: { from: LocalDate; to: LocalDate | null }) =>
    order.from <= lastDay && (order.to === null || order.to >= period.start);
  const agreed = heldOn(terms, lastDay)?.terms;
  const order = orders?.find(validOn) ?? orders?.[0];
  return {
    ...engagement,
    sellerCountry: seller.country,
    terms,
    cardId: row.cardId ?? undefined,
    poRequired: row.poRequired ?? undefined,
    missing: missingFor({
      ...known,
      isBusiness: client.isBusiness,
      approverId: row.approverId ?? undefined,
      poRequired: row.poRequired ?? undefined,
      terms: agreed,
    }),
    // The service of a period counts as supplied on its last day.
    tax: decideTax({
      seller: { country: seller.country, ...(seller.taxId !== null && { taxId: seller.taxId }) },
      buyer: {
        country: client.country ?? seller.country,
        ...(client.taxId !== null && { taxId: client.taxId }),
        isBusiness: client.isBusiness,
      },
      evidence: check === null ? {} : { vatIdCheck: check.facts },
      ...(agreed?.tax && { agreed: agreed.tax }),
      taxPoint: lastDay,
      language: row.language,
    }),
    taxEvidenceId: check?.id,
    order: order && { id: order.id, currency: order.currency, validOn: validOn(order) },
  };
}

type WithoutNulls<T> = { [K in keyof T]?: Exclude<T[K], null> };

const withoutNulls = <T extends object>(value: T): WithoutNulls<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) as WithoutNulls<T>;

type RateRow = Omit<Rate, "priceMinor"> & { readonly price: string };

async function loadRates(tx: TenantTx, knownAt: string | null): Promise<RateBook> {
  const rows = await query<{ [K in keyof RateRow]: RateRow[K] | null }>(
    tx,
    `select r.id, r.rate_card_id as "cardId", c.key as "cardName", c.currency, r.price_minor as price,
            r.effective_from as "from", r.effective_to as until, r.engagement_id as "engagementId", r.client_id as "clientId",
            r.project_id as "projectId", r.worker_id as "workerId", r.role, r.task
       from rates r join rate_cards c on c.id = r.rate_card_id
      where r.known_from <= coalesce(?::timestamptz, now()) and (r.known_to is null or r.known_to > coalesce(?::timestamptz, now()))`,
    [knownAt, knownAt],
  );
  const defaults = await query<{ id: string; currency: Currency }>(
    tx,
    "select id, currency from rate_cards where is_default",
  );
  const rates = rows.map((row) => {
    const { price, ...rate } = withoutNulls(row) as RateRow;
    return { ...rate, priceMinor: BigInt(price) };
  });
  return openRateBook(rates, new Map(defaults.map(({ id, currency }) => [currency, id])));
}

async function loadOrderRemaining(tx: TenantTx): Promise<Map<string, bigint>> {
  const rows = await query<{ id: string; remaining: string }>(
    tx,
    `select o.id, o.amount_minor - coalesce(sum(i.net_minor) filter (where i.stage <> 'discarded'), 0) as remaining
       from purchase_orders o left join invoices i on i.purchase_order_id = o.id
      group by o.id, o.amount_minor`,
  );
  return new Map(rows.map(({ id, remaining }) => [id, BigInt(remaining)]));
}
