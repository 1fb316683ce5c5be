import { amountText } from "@plumbline/domain/money/decimal";
import type { Cost, EarlierCost } from "@plumbline/domain/worklog/work-piece";

/** What was billed of a time entry before it was edited. */
export type EarlierBilled = {
  /** The version that was billed, how many minutes, and the latest invoice that did so. */
  readonly version: number;
  readonly minutes: number;
  readonly number: string;
  /** Minutes of the version that counts now. */
  readonly now: number;
};

/** What a line says about an entry that was edited after it was billed, in the client's language. */
export const earlierWords = (
  { version, minutes, number, now }: EarlierBilled,
  work: { readonly version: number },
  language: string,
): string =>
  language.startsWith("de")
    ? `nach der Abrechnung geändert: ${minutes} min der Fassung ${version} stehen auf Rechnung ${number}, Fassung ${work.version} hat ${now} min`
    : `edited after billing: ${minutes} min of version ${version} were billed on invoice ${number}, version ${work.version} has ${now} min`;

/** The same of a cost. */
export function earlierCostWords(earlier: EarlierCost, work: Cost, language: string): string {
  const { version, number } = earlier;
  const billed = amountText(earlier.amountMinor, earlier.currency);
  const now = amountText(work.amountMinor, work.currency);
  return language.startsWith("de")
    ? `nach der Abrechnung geändert: ${billed} der Fassung ${version} stehen auf Rechnung ${number}, Fassung ${work.version} hat ${now}`
    : `edited after billing: ${billed} of version ${version} were billed on invoice ${number}, version ${work.version} has ${now}`;
}
