import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Meter } from "@plumbline/domain/engagement/meter";
import type { UsedPeriod } from "@plumbline/domain/worklog/work-piece";

type Tiered = Pick<UsedPeriod, "pricing" | "unit"> & { readonly tier: NonNullable<UsedPeriod["tier"]> };

type Words = {
  readonly span: (first: LocalDate, last: LocalDate) => string;
  readonly metered: (work: UsedPeriod) => string;
  readonly included: (quantity: string, measure: Meter["measure"]) => string;
  readonly price: (amount: string, per: number, tiered: Tiered) => string;
  readonly minimum: (amount: string) => string;
  readonly minimumOf: (name: string) => string;
};

/** How the lines of use speak, in the client's language; English where it has no words. */
export const wordsOf = (language: string): Words => words[language.slice(0, 2)] ?? english;

const english: Words = {
  span: (first, last) => `${first} to ${last}`,
  metered: ({ measure, metered, unit, peakOn, days }) =>
    ({
      sum: `${metered} ${unit}s used`,
      peak: `${metered} ${unit}s at the highest count${peakOn === undefined ? "" : `, on ${peakOn}`}`,
      average: `${metered} ${unit} days in ${days} days`,
    })[measure],
  included: (quantity, measure) =>
    measure === "sum" ? `the first ${quantity} are included` : `${quantity} are contracted and not charged here`,
  price: (amount, per, { pricing, unit, tier: { from, until } }) =>
    `${amount} for ${per === 1 ? `each ${unit}` : `${per} ${unit}s`}, ${
      pricing === "volume" ? "for all because they come to" : "for those"
    } above ${from}${until === undefined ? "" : ` up to ${until}`}`,
  minimum: (amount) => `what lacks to the agreed minimum of ${amount}`,
  minimumOf: (name) => `${name}, minimum`,
};

const germanUnit = { unit: "Einheiten", seat: "Plätze", kilometre: "Kilometer" } as const;

const german: Words = {
  span: (first, last) => `${first} bis ${last}`,
  metered: ({ measure, metered, unit, peakOn, days }) =>
    ({
      sum: `${metered} ${germanUnit[unit]} genutzt`,
      peak: `höchstens ${metered} ${germanUnit[unit]}${peakOn === undefined ? "" : `, am ${peakOn}`}`,
      average: `${metered} ${germanUnit[unit]} × Tage in ${days} Tagen`,
    })[measure],
  included: (quantity, measure) =>
    measure === "sum" ? `die ersten ${quantity} sind enthalten` : `${quantity} sind vertraglich abgedeckt`,
  price: (amount, per, { pricing, unit, tier: { from, until } }) =>
    `${amount} je ${per} ${germanUnit[unit]}, ${
      pricing === "volume" ? "für alle, weil ihre Zahl" : "für die Menge"
    } über ${from}${until === undefined ? "" : ` bis ${until}`}${pricing === "volume" ? " liegt" : ""}`,
  minimum: (amount) => `Differenz zum vereinbarten Mindestbetrag von ${amount}`,
  minimumOf: (name) => `${name}, Mindestbetrag`,
};

const words: Readonly<Record<string, Words>> = { en: english, de: german };
