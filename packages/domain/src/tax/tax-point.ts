import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";

/**
 * When VAT on a service becomes due, and so at which rate: when the service ends, when the invoice is issued, or when it is paid
 * (Directive 2006/112/EC, articles 63 and 66). A deposit is taxed when it is issued (article 65).
 */
export const taxPointRules = ["service_end", "issue", "payment", "deposit"] as const;
export type TaxPointRule = (typeof taxPointRules)[number];

/** What a legal entity follows, where that is not the end of the service. */
export type TaxPointTerms = {
  readonly rule: Exclude<TaxPointRule, "service_end">;
  /** An invoice that is issued later than so many days after the end of the service leaves the tax point there. */
  readonly withinDays?: number;
};

/** Of one invoice. */
export type TaxPoint = TaxPointTerms & {
  /** As expected when it was drafted; absent when nobody knows the day. Its rate is the one of this day. */
  readonly on?: LocalDate;
};

/**
 * The day of the tax point.
 *
 * @param serviceEnd last day of the service
 * @returns undefined when only the payment will tell
 */
export function taxPointOn(
  terms: TaxPointTerms | undefined,
  { serviceEnd, issuedOn }: { readonly serviceEnd: LocalDate; readonly issuedOn: LocalDate },
): LocalDate | undefined {
  if (terms === undefined) return serviceEnd;
  if (terms.rule === "payment") return undefined;
  const { rule, withinDays } = terms;
  const soonEnough = withinDays === undefined || issuedOn <= addDays(serviceEnd, withinDays);
  return rule === "deposit" || soonEnough ? issuedOn : serviceEnd;
}
