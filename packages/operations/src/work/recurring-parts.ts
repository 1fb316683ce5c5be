import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { type Meter, meteredIn, meteredPeriods, type Reading } from "@plumbline/domain/engagement/meter";
import { quantityOf, quantityText } from "@plumbline/domain/engagement/quantity";
import { subscriptionParts } from "@plumbline/domain/engagement/subscription";
import { lineNet } from "@plumbline/domain/rating/line-net";
import { subscriptionNet } from "@plumbline/domain/rating/subscription";
import { usageDueOn, usageParts } from "@plumbline/domain/rating/usage";
import type { KnownPiece, RecurringAgreement, RecurringPiece } from "./recurring-pieces.ts";

/** Every piece that an agreement comes to before a day. What comes to nothing in whole units of money is not work. */
export function partsOf(
  agreement: RecurringAgreement,
  of: {
    readonly until: LocalDate;
    readonly known: readonly KnownPiece[];
    /** At a meter, in the order of their days. */
    readonly readings: readonly Reading[];
  },
): RecurringPiece[] {
  const pieces = agreement.kind === "subscription" ? subscribed(agreement, of.until) : used(agreement, of);
  return pieces.filter(({ amountMinor }) => amountMinor > 0n);
}

type Of<Kind> = Extract<RecurringAgreement, { readonly kind: Kind }>;

const subscribed = ({ id, currency, terms }: Of<"subscription">, until: LocalDate): RecurringPiece[] =>
  subscriptionParts(terms, until).map((part) => {
    const { on, price, ...days } = part;
    return {
      agreementId: id,
      key: `${part.from} to ${addDays(part.until, -1)}`,
      on,
      amountMinor: subscriptionNet(part),
      currency,
      detail: {
        ...days,
        name: terms.name,
        unit: terms.unit,
        every: terms.every,
        inAdvance: terms.billed === "in_advance",
        priceMinor: String(price.minor),
        pricedSince: price.since,
        upliftBasisPoints: price.upliftBasisPoints,
      },
    };
  });

/** A period of which something is billed stays as it is; what is read of it later counts in the next one that is not. */
function used(agreement: Of<"usage">, { until, known, readings }: Parameters<typeof partsOf>[1]): RecurringPiece[] {
  const byPeriod = Map.groupBy(known, ({ detail }) => (detail["period"] as { start: LocalDate }).start);
  let counted = 0n;
  return meteredPeriods(agreement.terms, until).flatMap((period): readonly RecurringPiece[] => {
    const made = byPeriod.get(period.start) ?? [];
    const billed = made.find(({ invoice }) => invoice !== undefined);
    if (billed !== undefined) {
      counted += quantityOf(String(billed.detail["metered"]));
      return made.filter(({ status }) => status === "approved");
    }
    const metered = meteredIn(agreement.terms, period, { readings, counted });
    counted += metered.quantity;
    const detail = { ...agreed(agreement.terms), period, days: metered.days, peakOn: metered.peakOn };
    return usageParts(agreement.terms, metered).map((part) => ({
      agreementId: agreement.id,
      key: `${period.start} to ${addDays(period.end, -1)}, ${part.key}`,
      on: usageDueOn(agreement.terms, period),
      amountMinor: lineNet(part),
      currency: agreement.currency,
      detail: {
        ...detail,
        metered: quantityText(metered.quantity),
        tier: part.tier,
        quantity: part.quantity,
        priceMinor: String(part.priceMinor),
        priceBase: part.priceBase,
      },
    }));
  });
}

const agreed = ({ name, unit, measure, pricing, per, included, minimumMinor }: Meter) => ({
  name,
  unit,
  measure,
  pricing,
  per,
  included,
  minimumMinor,
});
