import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { OpenDeposit } from "@plumbline/domain/deposit/deduct-deposits";
import type { BearingPart, SplitSpan } from "@plumbline/domain/engagement/split";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { ClientId, EngagementId, LegalEntityId, ProjectId, WorkerId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { QuotedRate } from "@plumbline/domain/money/exchange";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import type { BilledBefore } from "@plumbline/domain/rating/billed-before";
import type { Cover } from "@plumbline/domain/rating/subscription";
import type { RateBook } from "@plumbline/domain/rating/rate-book";
import type { Bucket } from "@plumbline/domain/rating/hour-bucket";
import type { StoredLimit } from "../limits/load-limits.ts";
import type { TaxPoint } from "@plumbline/domain/tax/tax-point";
import type { TaxRounding } from "@plumbline/domain/tax/tax-rounding";
import type { FxTerms } from "@plumbline/domain/tax/tax-conversion";
import type { TaxDecision } from "@plumbline/domain/tax/decide-tax";

/** Everything a run needs to know besides the work itself: read once, then only looked up. */
export type RunBook = {
  readonly period: Period;
  readonly bundle: PolicyBundle;
  readonly rates: RateBook;
  readonly engagements: ReadonlyMap<EngagementId, BookEngagement>;
  readonly projects: ReadonlyMap<ProjectId, BookProject>;
  /** Grades of each worker, newest first. */
  readonly grades: ReadonlyMap<WorkerId, readonly { readonly from: LocalDate; readonly role: string }[]>;
  readonly workerNames: ReadonlyMap<WorkerId, string>;
  /** Clients that were sent an invoice before this run. */
  readonly knownClients: ReadonlySet<ClientId>;
  /** Net still free on each purchase order before this run. */
  readonly orderRemaining: ReadonlyMap<string, bigint>;
  readonly limits: ReadonlyMap<EngagementId, readonly StoredLimit[]>;
  /** What is billed already of clients whose terms look back at it. */
  readonly billedBefore: ReadonlyMap<ClientId, BilledBefore>;
  readonly buckets: ReadonlyMap<EngagementId, readonly Bucket[]>;
  /** Deposits of which something is left to deduct, oldest first. */
  readonly deposits: ReadonlyMap<EngagementId, readonly OpenDeposit[]>;
};

export type BookEngagement = {
  readonly id: EngagementId;
  readonly code: string;
  readonly clientId: ClientId;
  readonly payerId: ClientId;
  readonly entityId: LegalEntityId;
  readonly profileId: string;
  /** ISO 3166, of the legal entity. */
  readonly sellerCountry: string;
  /** Who pays; `country` as recorded. */
  readonly buyer: { readonly country: string | undefined; readonly hasTaxId: boolean };
  /** Of the client, for the words on the invoice. */
  readonly language: string;
  readonly grouping: "client" | "engagement" | "project" | "po";
  readonly currency: Currency;
  readonly cardId: string | undefined;
  readonly poRequired: boolean | undefined;
  /** Newest first. */
  readonly terms: readonly { readonly from: LocalDate; readonly terms: EngagementTerms }[];
  /** What keeps it from being ready; empty when it is. */
  readonly missing: readonly string[];
  readonly tax: TaxDecision;
  readonly taxEvidenceId: string | undefined;
  readonly order: BookOrder | undefined;
  /** Of the legal entity; by document when absent. */
  readonly taxRounding?: TaxRounding;
  /** When its VAT becomes due, where that is not the end of the service. */
  readonly taxPoint?: TaxPoint;
  /** Subscriptions that time of the engagement is part of. */
  readonly covers?: readonly Cover[];
  /** Present when its currency is not that of its legal entity. */
  readonly fx?: FxTerms;
  /** Present when its rate card is in another currency, and converts. */
  readonly priceRate?: QuotedRate;
  /** Present where several bear what it costs. */
  readonly splits?: readonly BookSplit[];
};

/** Who bears an engagement, or a project of it: the engagement as each of them pays it. */
export type BookSplit = SplitSpan & { readonly parts: readonly (BearingPart & { readonly as: BookEngagement })[] };

export type BookOrder = {
  readonly id: string;
  /** As the client writes it; orders of several engagements may bear the same. Absent in what was kept before it was asked for. */
  readonly number?: string;
  readonly currency: Currency;
  readonly validOn: boolean;
};

export type BookProject = {
  readonly name: string;
  readonly billable: boolean;
  readonly active: boolean;
};

/** The newest of dated facts that holds on a day. */
export function heldOn<T extends { readonly from: LocalDate }>(
  newestFirst: readonly T[],
  on: LocalDate,
): T | undefined {
  return newestFirst.find(({ from }) => from <= on);
}
