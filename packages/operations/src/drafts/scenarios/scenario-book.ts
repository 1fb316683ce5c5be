import { addDays } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { LegalEntityId, ProjectId, RateId } from "@plumbline/domain/id";
import { endOf } from "@plumbline/domain/engagement/subscription";
import type { Currency } from "@plumbline/domain/money/currency";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { openRateBook, type Rate } from "@plumbline/domain/rating/rate-book";
import { decideTax } from "@plumbline/domain/tax/decide-tax";
import type { FxTerms } from "@plumbline/domain/tax/tax-conversion";
import type { SalesTaxFacts } from "@plumbline/domain/tax/sales-tax";
import { parseSalesTaxRate, type SalesTaxLevel } from "@plumbline/domain/tax/sales-tax-rates";
import type { BookEngagement, RunBook } from "../run-book.ts";
import { clientId, day, engagementId, type Given, minor, quotedOf, type Scenario } from "./scenario-kit.ts";
import { bucketsOf, limitsOf, termsOf } from "./scenario-terms.ts";
import { billedBeforeOf } from "./scenario-billed.ts";
import { subscriptionOf } from "./scenario-recurring.ts";
import { amendedGiven, capOrderOf, versionsOf } from "./scenario-orders.ts";
import { buyerOf, ordersOf, withSplit } from "./scenario-splits.ts";
import { timeOf } from "./scenario-work.ts";

export function bookOf({ given }: Scenario, bundle: PolicyBundle): RunBook {
  const period = monthPeriod(given.month ?? "2026-10") as Period;
  const currency = given.currency ?? "EUR";
  const projects = new Set([...timeOf(given).map(({ project }) => project), ...pieceProjects(given)]);
  const amendedBy = capOrderOf(given, period.end);
  return {
    period,
    bundle,
    rates: openRateBook(ratesOf(given, given.card?.currency ?? currency), new Map([[currency, "standard"]])),
    engagements: new Map([[engagementId, withSplit(given, engagementOf(given, period, currency))]]),
    projects: new Map(
      [...projects].map((name) => [
        name as ProjectId,
        { name, billable: !(given.unbillableProjects ?? []).includes(name), active: true },
      ]),
    ),
    grades: new Map(),
    workerNames: new Map(),
    knownClients: new Set(),
    orderRemaining: new Map(),
    limits: new Map([
      [
        engagementId,
        [
          ...limitsOf(amendedGiven(given, period.end), currency).map((limit) => ({
            ...limit,
            ...(limit.kind === "cap" && amendedBy && { amendedBy }),
          })),
          ...ordersOf(given, currency),
        ],
      ],
    ]),
    billedBefore: new Map([[clientId, billedBeforeOf(given)]]),
    deposits: new Map(),
    buckets: new Map([[engagementId, bucketsOf(given, currency, period.end)]]),
  };
}

function ratesOf({ rates = {}, blended = {}, ratesFrom = "2020-01-01" }: Given, currency: Currency): Rate[] {
  const rate = (name: string, price: string): Rate => ({
    id: `r-${name}` as RateId,
    cardId: "standard",
    cardName: "Standard",
    currency,
    priceMinor: minor(price, currency),
    from: day(ratesFrom),
  });
  return [
    ...Object.entries(rates).map(([role, price]) => ({ ...rate(role, price), role })),
    ...Object.entries(blended).map(([of, price]) => ({
      ...rate(of, price),
      ...(of === "engagement" ? { engagementId } : { projectId: of }),
    })),
  ];
}

function engagementOf(given: Given, period: Period, currency: Currency): BookEngagement {
  const { seller = "DE", buyer = {} } = given;
  const country = buyer.country ?? seller;
  const taxId = buyer.taxId ?? `${country}123`;
  const taxPoint = addDays(period.end, -1);
  return {
    id: engagementId,
    code: "E-1",
    clientId,
    payerId: clientId,
    entityId: "l" as LegalEntityId,
    profileId: "p",
    sellerCountry: seller,
    buyer: { country, hasTaxId: true },
    language: given.language ?? "en",
    grouping: given.grouping ?? "engagement",
    ...(given.taxRounding && { taxRounding: given.taxRounding }),
    currency,
    cardId: undefined,
    poRequired: false,
    terms: versionsOf(given, termsOf(given, currency), currency),
    missing: [],
    tax: decideTax({
      seller: { country: seller, taxId: `${seller}999` },
      ...buyerOf({ ...buyer, country, taxId }, taxPoint),
      ...(given.tax && { agreed: given.tax }),
      ...(given.salesTax && { salesTax: salesTaxOf(given.salesTax) }),
      taxPoint,
      language: given.language ?? "en",
    }),
    taxEvidenceId: undefined,
    covers: (given.subscriptions ?? [])
      .map((agreed) => subscriptionOf(agreed, currency))
      .filter(({ coversTime }) => coversTime === true)
      .map((agreed) => ({ name: agreed.name, from: agreed.startsOn, until: endOf(agreed) })),
    ...(given.fx && { fx: fxOf(given.fx) }),
    ...(given.card?.rate !== undefined && { priceRate: quotedOf(given.card.rate, lastQuoted) }),
    order: given.order && { id: "po", currency, validOn: true },
  };
}

/** The last day of October is a Saturday. */
const lastQuoted = "2026-10-30";

function fxOf({ currency, fixedAt, rate }: NonNullable<Given["fx"]>): FxTerms {
  return { currency, ...(fixedAt && { fixedAt }), ...(rate !== undefined && { rate: quotedOf(rate, lastQuoted) }) };
}

const pieceProjects = ({ milestones = [] }: Given) => milestones.flatMap(({ project }) => project ?? []);

const salesTaxOf = ({ rates = [], ...facts }: NonNullable<Given["salesTax"]>): SalesTaxFacts => ({
  sellerPlaces: [],
  buyerPlaces: [],
  service: undefined,
  certificates: [],
  taxability: [],
  ...facts,
  rates: rates.map((text) => {
    const [, code = "", level = "", percent = "", from = "", until] =
      /^(\S+) (\S+) (\S+) since (\S+)(?: until (\S+))?$/.exec(text) ?? [];
    const rateMillionths = parseSalesTaxRate(percent);
    if (rateMillionths === undefined) throw new Error(`“${text}” is not a rate`);
    const span = { from: day(from), ...(until !== undefined && { until: day(until) }) };
    return { code, name: code, level: level as SalesTaxLevel, rateMillionths, ...span };
  }),
});
