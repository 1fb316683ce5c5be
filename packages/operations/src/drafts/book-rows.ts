import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import { missingFor } from "@plumbline/domain/engagement/readiness";
import type { SplitShare, SplitSpan } from "@plumbline/domain/engagement/split";
import { areTerms, type EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { ClientId, ProjectId, WorkerId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import type { BilledBefore } from "@plumbline/domain/rating/billed-before";
import { openRateBook, type Rate } from "@plumbline/domain/rating/rate-book";
import type { FxTerms } from "@plumbline/domain/tax/tax-conversion";
import { decideTax } from "@plumbline/domain/tax/decide-tax";
import { type TaxPoint, type TaxPointTerms, taxPointOn } from "@plumbline/domain/tax/tax-point";
import type { SalesTaxFacts } from "@plumbline/domain/tax/sales-tax";
import type { VatIdCheck } from "@plumbline/domain/tax/vat-id-check";
import { type DepositRow, depositsOf } from "../deposits/load-deposits.ts";
import type { FxRateRow } from "../fx/rate-sql.ts";
import { type BucketRow, byEngagement } from "../hour-buckets/load-buckets.ts";
import { fromLimitRow, type LimitRow } from "../limits/load-limits.ts";
import { type BookEngagement, type BookProject, type BookSplit, heldOn, type RunBook } from "./run-book.ts";

/**
 * Master data as the database gave it: all that a book is opened from, in a run and again when an invoice is recomputed.
 * It holds only what JSON can hold, because a draft keeps its part of it.
 */
export type BookRows = {
  readonly engagements: readonly EngagementRow[];
  readonly projects: readonly ProjectRow[];
  readonly grades: readonly GradeRow[];
  readonly workers: readonly WorkerRow[];
  readonly rates: readonly RateRow[];
  readonly defaultCards: readonly DefaultCardRow[];
  readonly limits: readonly LimitRow[];
  readonly billedBefore: readonly BilledRow[];
  /** Absent where nobody bought hours ahead. */
  readonly buckets?: readonly BucketRow[];
  /** Absent where no deposit is left to deduct. */
  readonly deposits?: readonly DepositRow[];
};

export type EngagementRow = Omit<
  BookEngagement,
  | "terms"
  | "missing"
  | "tax"
  | "taxEvidenceId"
  | "order"
  | "sellerCountry"
  | "buyer"
  | "cardId"
  | "poRequired"
  | "fx"
  | "priceRate"
  | "taxPoint"
  | "splits"
> & {
  /** Absent where one pays for all of it. */
  readonly splits?: readonly SplitRow[];
  /** Absent where the currency is that of the legal entity. */
  readonly fx?: Omit<FxTerms, "rate"> & { readonly rate?: FxRateRow };
  /** Absent where the rate card is in the currency of the invoices, or no rate is known. */
  readonly priceRate?: FxRateRow;
  /** Absent where the seller collects sales tax nowhere. What is sold, the terms say. */
  readonly salesTax?: Omit<SalesTaxFacts, "service">;
  /** Absent where the end of the service says it. */
  readonly taxPoint?: TaxPointTerms & {
    /** In the zone of the legal entity: when an invoice would be issued, as far as its draft knows. */
    readonly draftedOn: LocalDate;
  };
  readonly cardId: string | null;
  readonly poRequired: boolean | null;
  readonly terms: readonly { readonly id: string; readonly from: LocalDate; readonly terms: EngagementTerms }[];
  readonly seller: { readonly country: string; readonly taxId: string | null };
  readonly client: Record<"legalName" | "country" | "taxId" | "invoiceEmail", string | null> & {
    readonly isBusiness: boolean;
  };
  readonly approverId: string | null;
  readonly check: { readonly id: string; readonly facts: VatIdCheck } | null;
  readonly orders:
    | readonly { id: string; number?: string; currency: Currency; from: LocalDate; to: LocalDate | null }[]
    | null;
};

/** Who bears an engagement in parts: what holds of it for each of them, instead of what holds for its own payer. */
export type SplitRow = Omit<SplitSpan, "projectId" | "until"> & {
  readonly projectId?: ProjectId;
  readonly until?: LocalDate;
  readonly parts: readonly (SplitShare & { readonly costCentre?: string; readonly as: PayerRow })[];
};
export type PayerRow = Pick<
  EngagementRow,
  "payerId" | "profileId" | "grouping" | "language" | "poRequired" | "client" | "check" | "orders" | "salesTax"
>;

export type BilledRow = BilledBefore & { readonly clientId: ClientId };
export type ProjectRow = BookProject & { readonly id: ProjectId };
export type GradeRow = { readonly worker: WorkerId; readonly role: string; readonly from: LocalDate };
export type WorkerRow = { readonly id: WorkerId; readonly name: string };
export type DefaultCardRow = { readonly id: string; readonly currency: Currency };
type PricedRate = Omit<Rate, "priceMinor"> & { readonly price: string };
export type RateRow = { readonly [Name in keyof PricedRate]: PricedRate[Name] | null };

/** Opens the book. Tax is decided and what is missing named here, from the rows alone. */
export function openRunBook(
  rows: BookRows,
  about: Pick<RunBook, "period" | "knownClients" | "orderRemaining"> & { readonly bundle: PolicyBundle },
): RunBook {
  const rates = rows.rates.map((row) => {
    const { price, ...rate } = withoutNulls(row) as PricedRate;
    return { ...rate, priceMinor: BigInt(price) };
  });
  return {
    ...about,
    rates: openRateBook(rates, new Map(rows.defaultCards.map(({ id, currency }) => [currency, id]))),
    engagements: new Map(rows.engagements.map((row) => [row.id, toBookEngagement(row, about.period)])),
    projects: new Map(rows.projects.map(({ id, ...project }) => [id, project])),
    grades: Map.groupBy(rows.grades, ({ worker }) => worker),
    workerNames: new Map(rows.workers.map(({ id, name }) => [id, name])),
    billedBefore: new Map(rows.billedBefore.map(({ clientId, ...billed }) => [clientId, billed])),
    buckets: byEngagement(rows.buckets ?? []),
    deposits: depositsOf(rows.deposits ?? []),
    limits: Map.groupBy(rows.limits.map(fromLimitRow), ({ engagementId }) => engagementId),
  };
}

/** Anything that cannot be billed by counts as no terms. */
export const readableTerms = ({ terms }: EngagementRow): EngagementRow["terms"] =>
  terms.filter((version) => areTerms(version.terms));

function toBookEngagement(row: EngagementRow, period: Period): BookEngagement {
  const { seller, client, check, orders, salesTax, taxPoint: point, splits, ...engagement } = row;
  const lastDay = addDays(period.end, -1);
  const taxPoint = point && toTaxPoint(point, lastDay);
  const known = withoutNulls(client);
  const terms = readableTerms(row);
  // The order of the period, else any: a rule then says that it is not valid, rather than that there is none.
  const validOn = (order: { from: LocalDate; to: LocalDate | null }) =>
    order.from <= lastDay && (order.to === null || order.to >= period.start);
  const agreed = heldOn(terms, lastDay)?.terms;
  const order = orders?.find(validOn) ?? orders?.[0];
  return {
    ...engagement,
    sellerCountry: seller.country,
    buyer: { country: known.country, hasTaxId: known.taxId !== undefined },
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
    ...(taxPoint && { taxPoint }),
    tax: decideTax({
      seller: { country: seller.country, ...(seller.taxId !== null && { taxId: seller.taxId }) },
      buyer: {
        country: client.country ?? seller.country,
        ...(client.taxId !== null && { taxId: client.taxId }),
        isBusiness: client.isBusiness,
      },
      evidence: check === null ? {} : { vatIdCheck: check.facts },
      ...(agreed?.tax && { agreed: agreed.tax }),
      ...(salesTax && { salesTax: { ...salesTax, service: agreed?.service } }),
      // The service of a period counts as supplied on its last day.
      taxPoint: taxPoint?.on ?? lastDay,
      language: row.language,
    }),
    taxEvidenceId: check?.id,
    ...(splits && { splits: splits.map((split) => toBookSplit(split, row, period)) }),
    order: order && {
      id: order.id,
      ...(order.number !== undefined && { number: order.number }),
      currency: order.currency,
      validOn: validOn(order),
    },
  };
}

function toBookSplit(split: SplitRow, row: EngagementRow, period: Period): BookSplit {
  const { splits: _, salesTax: __, ...engagement } = row;
  return {
    ...split,
    projectId: split.projectId,
    until: split.until,
    parts: split.parts.map((part) => {
      const as = toBookEngagement({ ...engagement, ...part.as }, period);
      return {
        ...part,
        as,
        splitId: split.id,
        orderId: as.order?.id,
        costCentre: part.costCentre,
      };
    }),
  };
}

function toTaxPoint({ draftedOn, ...terms }: NonNullable<EngagementRow["taxPoint"]>, serviceEnd: LocalDate): TaxPoint {
  const on = taxPointOn(terms, { serviceEnd, issuedOn: draftedOn });
  return { ...terms, ...(on !== undefined && { on }) };
}

type WithoutNulls<T> = { [K in keyof T]?: Exclude<T[K], null> };

const withoutNulls = <T extends object>(value: T): WithoutNulls<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) as WithoutNulls<T>;
