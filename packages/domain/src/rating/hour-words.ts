import type { HourTerms, OvertimeRule, VolumeTiers } from "@plumbline/domain/engagement/time-terms";
import { weekdays } from "@plumbline/domain/engagement/time-terms";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Rounding } from "@plumbline/domain/money/money";
import { percentText } from "@plumbline/domain/tax/rates";
import type { HourPrice } from "./hour-price.ts";
import type { RaisedStep } from "./indexed-price.ts";

type Words = {
  readonly raised: (price: string, by: string, rounding: string) => string;
  readonly percent: (share: string, step: RaisedStep) => string;
  readonly index: (name: string, step: RaisedStep & { readonly value: string; readonly base: string }) => string;
  readonly rounding: (mode: Rounding, unit: string) => string;
  readonly and: string;
  readonly travel: (share: string) => string;
  readonly overtime: (share: string, rule: OvertimeRule) => string;
  readonly tier: (price: string, hours: number, tiers: Pick<VolumeTiers, "mode" | "per">) => string;
  readonly hour: (price: string) => string;
};

/** What made an hour cost something else than its rate, one sentence part each, in the client's language. */
export function hourWords(price: HourPrice, terms: HourTerms, currency: Currency, language: string): string[] {
  const words = wordsOf[language.slice(0, 2)] ?? english;
  const text = (minor: bigint | string) => amountText(BigInt(minor), currency);
  const { raised, agreed } = price;
  const { overtime, travel, tier } = agreed;
  const said: string[] = [];
  if (raised !== undefined && terms.indexation !== undefined) {
    const name = "index" in terms.indexation ? terms.indexation.index : "";
    const by = raised.steps.map((step) =>
      "basisPoints" in step ? words.percent(percentText(step.basisPoints), step) : words.index(name, step),
    );
    const { rounding, toMinor } = terms.indexation;
    said.push(words.raised(text(raised.priceMinor), by.join(words.and), words.rounding(rounding, text(toMinor))));
  }
  if (tier !== undefined && terms.tiers !== undefined) {
    const worth = "basisPoints" in tier ? percentText(tier.basisPoints) : text(tier.priceMinor);
    said.push(words.tier(worth, tier.fromMinutes / 60, terms.tiers));
  }
  if (overtime !== undefined) said.push(words.overtime(percentText(overtime.basisPoints), overtime));
  if (travel !== undefined) said.push(words.travel(percentText(travel.basisPoints)));
  const shared = overtime !== undefined || travel !== undefined || (tier !== undefined && "basisPoints" in tier);
  return shared ? [...said, words.hour(text(price.priceMinor))] : said;
}

const english: Words = {
  raised: (price, by, rounding) => `raised to ${price} by ${by}, rounded ${rounding}`,
  percent: (share, { from }) => `${share} from ${from}`,
  index: (name, { from, value, base }) => `the index ${name}, ${value} from ${from} on a base of ${base}`,
  rounding: (mode, unit) => `${mode.replace("-", " ")} to ${unit}`,
  and: " and ",
  travel: (share) => `${share} for travel`,
  overtime: (share, rule) =>
    `${share} for ${"on" in rule ? `work on ${rule.on === "holidays" ? "a holiday" : `a ${rule.on}`}` : `hours beyond ${rule.overMinutes / 60} h a ${rule.per}`}`,
  tier: (price, hours, { mode, per }) => {
    const span = per === "engagement" ? "since the start" : `in the ${per}`;
    return mode === "graduated"
      ? `${price} for hours beyond ${hours} h ${span}`
      : `${price} for every hour, because ${hours} h ${span} are reached`;
  },
  hour: (price) => `which makes ${price} per hour`,
};

const germanRounding: Readonly<Record<Rounding, string>> = {
  "half-up": "kaufmännisch",
  "half-even": "auf die nächste gerade Stelle",
  up: "aufwärts",
  down: "abwärts",
};
const germanDays = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"] as const;

const german: Words = {
  raised: (price, by, rounding) => `erhöht auf ${price} um ${by}, gerundet ${rounding}`,
  percent: (share, { from }) => `${share} ab ${from}`,
  index: (name, { from, value, base }) => `den Index ${name}, ${value} ab ${from} bei einer Basis von ${base}`,
  rounding: (mode, unit) => `${germanRounding[mode]} auf ${unit}`,
  and: " und ",
  travel: (share) => `${share} für Reisezeit`,
  overtime: (share, rule) =>
    `${share} für ${"on" in rule ? `Arbeit an einem ${rule.on === "holidays" ? "Feiertag" : (germanDays[weekdays.indexOf(rule.on)] ?? rule.on)}` : `Stunden über ${rule.overMinutes / 60} h ${rule.per === "day" ? "am Tag" : "in der Woche"}`}`,
  tier: (price, hours, { mode, per }) => {
    const span = { month: "im Monat", quarter: "im Quartal", year: "im Jahr", engagement: "seit Beginn" }[per];
    return mode === "graduated"
      ? `${price} für Stunden über ${hours} h ${span}`
      : `${price} für jede Stunde, weil ${hours} h ${span} erreicht sind`;
  },
  hour: (price) => `also ${price} je Stunde`,
};

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };
