import type { Increment, TimeBasis } from "@plumbline/domain/engagement/terms";
import type { BucketRhythm } from "@plumbline/domain/engagement/hour-bucket";
import type { Meter } from "@plumbline/domain/engagement/meter";
import type { Subscription } from "@plumbline/domain/engagement/subscription";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { QuotedRate } from "@plumbline/domain/money/exchange";
import { amountText, parseDecimal, toDecimal } from "@plumbline/domain/money/decimal";
import { money } from "@plumbline/domain/money/money";
import type { Adjustment } from "@plumbline/domain/rating/adjustment";
import type { FxMoment } from "@plumbline/domain/tax/tax-conversion";
import { percentText } from "@plumbline/domain/tax/rates";
import type { AgreedTreatment } from "@plumbline/domain/tax/exemption";
import type { ExemptionCertificate, Nexus } from "@plumbline/domain/tax/sales-tax";
import { rateText } from "@plumbline/domain/tax/sales-tax-words";
import type { ServiceKind } from "@plumbline/domain/tax/service-kind";
import type { Taxability } from "@plumbline/domain/tax/us-taxability";
import type { Draft } from "../assemble-drafts.ts";
import type { ClientDrafts } from "../draft-client.ts";
import type { BookEngagement } from "../run-book.ts";

/** A worked example as its file says it: amounts are decimal text, dates are text. */
export type Scenario = {
  readonly title: string;
  /** Why it comes out so: the rule it follows. */
  readonly rule: string;
  readonly given: {
    readonly seller?: string;
    readonly buyer?: { readonly country?: string; readonly taxId?: string; readonly proven?: boolean | "pending" };
    readonly month?: string;
    readonly currency?: Currency;
    readonly language?: string;
    /** What a seller in the United States knows about sales tax; rates are such as "NY-KINGS city 4.5 since 2025-01-01". */
    readonly salesTax?: {
      readonly sellerPlaces?: readonly string[];
      readonly buyerPlaces?: readonly string[];
      readonly service?: ServiceKind;
      readonly nexus: readonly Nexus[];
      readonly rates?: readonly string[];
      readonly taxability?: readonly Taxability[];
      readonly certificates?: readonly ExemptionCertificate[];
    };
    /** The seller's own currency, when it takes rates, and that of the day, such as "1 EUR = 1.1684 USD". */
    readonly fx?: { readonly currency: Currency; readonly fixedAt?: FxMoment; readonly rate?: string };
    /** That of the rates, when it is another than the invoice's, and what converts them, such as "1 EUR = 1.1684 USD". */
    readonly card?: { readonly currency: Currency; readonly rate?: string };
    /** A treatment that a person confirmed. */
    readonly tax?: AgreedTreatment;
    readonly taxRounding?: "document" | "line";
    readonly grouping?: BookEngagement["grouping"];
    readonly time?: TimeBasis;
    readonly increment?: Increment;
    /** Columns of an engagement's import that are about the price of an hour, such as `overtime`. */
    readonly hours?: Readonly<Record<string, string>>;
    /** Rates of the engagement, or of a project by its name, that hold for all roles. */
    readonly blended?: Readonly<Record<string, string>>;
    readonly ratesFrom?: string;
    /** What other invoices bill already: such as "2026-10-05 10 min as 15". */
    readonly billed?: readonly string[];
    readonly fee?: { readonly amount: string; readonly instalments: readonly string[] };
    readonly holdback?: string;
    /** Ceilings, and what earlier invoices used of them. */
    readonly cap?: {
      readonly amount?: string;
      readonly hours?: number;
      readonly used?: string;
      readonly includesExpenses?: boolean;
    };
    /** `used` is what earlier runs drew, by the first day of the period. */
    readonly bucket?: {
      readonly hours: number;
      readonly price: string;
      readonly starts: string;
      readonly every?: BucketRhythm;
      readonly rollover?: "all" | number;
      readonly expiresAfter?: number;
      readonly useBefore?: string;
      readonly overage?: string;
      readonly used?: Readonly<Record<string, string>>;
    };
    readonly order?: { readonly amount: string; readonly used?: string };
    /** Who bears the engagement, and what each is billed under; the amount is that of the part's own order. */
    readonly split?: readonly BornePart[];
    readonly expenseTerms?: {
      readonly included?: boolean;
      readonly markup?: string;
      readonly categories?: readonly string[];
      readonly receiptAbove?: string;
    };
    /** As in the columns of an import. */
    readonly discounts?: string;
    readonly surcharges?: string;
    /** Before issue, about entries by their place or pieces by their name: such as "time 1, 2: 10%" or "Design: no charge". */
    readonly decided?: readonly string[];
    readonly rates?: Readonly<Record<string, string>>;
    readonly unbillableProjects?: readonly string[];
    /** Such as "2026-10-05 90 min Senior on Rollout". */
    readonly work?: readonly string[];
    readonly milestones?: readonly {
      readonly name: string;
      readonly amount: string;
      readonly currency?: Currency;
      readonly project?: string;
      readonly due: string;
      readonly accepted?: string;
      readonly evidence?: string;
    }[];
    /** Signed, in the order in which they were: such as "3 of 2026-09-12 from 2026-10-15", and what each changes or costs. */
    readonly changeOrders?: readonly {
      readonly order: string;
      readonly cap?: { readonly amount?: string; readonly hours?: number };
      readonly fee?: { readonly amount: string; readonly instalments: readonly string[] };
      /** Such as "Second site survey: 4000.00". */
      readonly charge?: string;
    }[];
    /** Such as "10 seats of Support at 25.00 a month from 2026-10-01", and what was agreed besides. */
    readonly subscriptions?: readonly AgreedSubscription[];
    /** Such as "API calls at 0.10 | 0.08 above 1000 a month from 2026-10-01". */
    readonly meters?: readonly AgreedMeter[];
    /** What periods lack to a committed minimum, such as "2026-10-01 to 2026-10-31". */
    readonly shortfalls?: readonly LackingPeriod[];
    /** `what` is the category and the description, such as "Travel: flight to London". */
    readonly expenses?: readonly Spending[];
  };
  readonly expect: Expected;
};

export type BornePart = {
  readonly payer: string;
  readonly share: string;
  readonly country?: string;
  readonly proven?: boolean;
  readonly language?: string;
  readonly order?: { readonly amount: string; readonly used?: string };
  readonly costCentre?: string;
};

export type LackingPeriod = {
  readonly period: string;
  readonly minimum: string;
  /** Such as "F-2026-00001: 800.00". */
  readonly counted?: readonly string[];
  /** Where the period ended early: such as "9 of 30 days of 1000.00". */
  readonly prorated?: string;
  readonly withExpenses?: true;
  readonly inCap?: true;
};

export type AgreedSubscription = Partial<
  Pick<Subscription, "billed" | "anchoredOn" | "cancelledFrom" | "coversTime">
> & {
  readonly what: string;
  /** Such as "13 from 2026-10-20". */
  readonly then?: readonly string[];
  /** Months of a term that renews, and what each renewal adds. */
  readonly term?: number;
  readonly uplift?: string;
};

export type AgreedMeter = Partial<
  Pick<Meter, "unit" | "measure" | "pricing" | "per" | "included" | "cancelledFrom" | "anchoredOn">
> & {
  readonly what: string;
  readonly minimum?: string;
  readonly readings: readonly string[];
};

export type Spending = {
  readonly what: string;
  readonly on: string;
  readonly paid: string;
  readonly vat?: string;
  readonly currency?: Currency;
  /** As it was recorded with it, or as it is quoted for its day. */
  readonly rate?: string;
  readonly quoted?: string;
  readonly receipt?: string;
  readonly asAgent?: boolean;
  readonly waiting?: boolean;
};

type Expected = {
  readonly invoices: readonly {
    /** Whom it is for, where several bear the work. */
    readonly payer?: string;
    readonly lines: readonly string[];
    readonly because?: readonly string[];
    readonly tax: readonly string[];
    readonly taxBecause?: string;
    readonly exemption?: string;
    readonly taxUnsettled?: readonly string[];
    readonly total: string;
    /** The tax in the seller's currency, or that it waits. */
    readonly declared?: string;
    readonly heldBack?: string;
    /** Discounts and surcharges of the invoice, in words. */
    readonly adjusted?: readonly string[];
  }[];
  readonly held?: readonly string[];
  readonly free?: readonly string[];
};

export type Given = Scenario["given"];

export const day = (text: string) => text as LocalDate;
export const minor = (text: string, currency: Currency) => {
  const amount = parseDecimal(text, currency);
  if (amount === undefined) throw new Error(`“${text}” is not an amount in ${currency}`);
  return amount.minor;
};
/** Such as "1 EUR = 1.1684 USD", of a day. */
export function quotedOf(text: string, on: string): QuotedRate {
  const [, base = "", rate = "", quote = ""] = /^1 ([A-Z]{3}) = (\S+) ([A-Z]{3})$/.exec(text) ?? [];
  return { base: base as Currency, quote: quote as Currency, rate, on: day(on), source: "ECB" };
}
export const engagementId = "e" as EngagementId;
export const clientId = "c" as ClientId;

const adjustedText = (adjustment: Adjustment, text: (amount: bigint) => string): string =>
  ` ${adjustment.kind === "allowance" ? "less" : "plus"} ${text(adjustment.amountMinor)}`;

/** What came out, as a scenario says it; reasons only where the scenario has some. */
export function drafted({ drafts, findings, outcomes, draws }: ClientDrafts, wanted: Expected): Expected {
  const holds = findings.filter(({ severity, holds: held }) => severity === "block" && held.length > 0);
  const held = holds.map(({ code, holds: work }) => `${code}: ${work.map(({ entry }) => entry.id).join(", ")}`);
  const free = [
    ...outcomes.map(({ outcome, entry, reason }) => `${outcome} ${entry.id}: ${reason}`),
    ...[...drafts, { draws }]
      .flatMap((of) => of.draws)
      .map(({ work, reason }) => `covered ${work.minutes} min of ${work.id}: ${reason}`),
  ];
  return {
    invoices: drafts.map((draft, index) => {
      const text = (amount: bigint) => toDecimal(money(amount, draft.engagement.currency));
      const heldBack = draft.lines.reduce((sum, line) => sum + line.retainedMinor, 0n);
      return {
        ...(wanted.invoices[index]?.payer !== undefined && { payer: draft.engagement.payerId }),
        lines: draft.lines.map(
          ({ description, quantity, unit, priceMinor, netMinor, adjustments }) =>
            `${description}: ${quantity} ${unit} at ${text(priceMinor)}${adjustments.map((each) => adjustedText(each, text)).join("")} = ${text(netMinor)}`,
        ),
        ...(wanted.invoices[index]?.because && { because: draft.lines.map(({ because }) => because) }),
        ...(draft.adjustments.length > 0 && {
          adjusted: draft.adjustments.map(
            (each) =>
              `${each.reason}${adjustedText(each, text)}, ${each.category} ${percentText(each.basisPoints)}: ${each.because}`,
          ),
        }),
        tax: draft.taxes.map(
          ({ category, basisPoints, baseMinor, taxMinor, component }) =>
            `${component?.name ?? category} ${component ? rateText(component.rateMillionths) : percentText(basisPoints)} of ${text(baseMinor)} = ${text(taxMinor)}`,
        ),
        ...taxReasons(draft, wanted.invoices[index]),
        total: text(draft.totalMinor),
        ...declaredOf(draft),
        ...(heldBack !== 0n && { heldBack: text(heldBack) }),
      };
    }),
    ...(held.length > 0 && { held }),
    ...(free.length > 0 && { free }),
  };
}

function declaredOf({ conversion, taxConvertible, engagement, taxMinor }: Draft): { readonly declared?: string } {
  if (!taxConvertible) return { declared: "waits for a rate" };
  if (conversion !== undefined)
    return { declared: amountText(conversion.taxMinor, conversion.currency) + ` by ${conversion.rate.rate}` };
  return engagement.fx !== undefined && taxMinor !== 0n ? { declared: "at issue" } : {};
}

/** What the decisions say, where the scenario asks; what keeps them from being settled, always. */
function taxReasons({ decisions }: Draft, wanted: Expected["invoices"][number] | undefined) {
  const [{ exemption }] = decisions;
  const unsettled = decisions.flatMap(({ issues }) => issues.map(({ code }) => code));
  return {
    ...(wanted?.taxBecause !== undefined && {
      taxBecause: decisions.map(({ because, rule }) => `${because} ${rule}.`).join(" "),
    }),
    ...(wanted?.exemption !== undefined && {
      exemption: [exemption?.code ?? "no code", exemption?.reason ?? "no reason"].join(": "),
    }),
    ...(unsettled.length > 0 && { taxUnsettled: unsettled }),
  };
}
