import type { CreditedLine } from "@plumbline/domain/credit/credit-lines";
import type { Creditable, StoredLine } from "./credit-store.ts";

/** How lines and taxes of a credit note say in words, in the client's language, where they come from. */
const words = {
  en: {
    line: (position: number, number: string) => `Takes back from line ${position} of invoice ${number}`,
    order: (number: string) => `order ${number}`,
    costCentre: (name: string) => `cost centre ${name}`,
    whole: "all that is left of it",
    price: "a part of its price; the work stays as billed",
    part: "a part of its quantity",
    tax: (number: string) => `As on invoice ${number}:`,
  },
  de: {
    line: (position: number, number: string) => `Storniert aus Position ${position} der Rechnung ${number}`,
    order: (number: string) => `Bestellung ${number}`,
    costCentre: (name: string) => `Kostenstelle ${name}`,
    whole: "alles, was davon verblieben ist",
    price: "einen Teil des Preises; die Leistung bleibt abgerechnet",
    part: "einen Teil der Menge",
    tax: (number: string) => `Wie auf Rechnung ${number}:`,
  },
} as const;

const wordsOf = (language: string) => (language.toLowerCase().startsWith("de") ? words.de : words.en);

/** Where the buyer finds what is taken back is said again: its order and its cost centre. */
export function lineWords(
  line: CreditedLine<StoredLine>,
  of: Pick<Creditable, "number" | "language" | "order">,
): string {
  const say = wordsOf(of.language);
  const { corrects, quantityBack } = line;
  const whole = quantityBack === corrects.left.quantity;
  const how = quantityBack === "0" && !whole ? say.price : whole ? say.whole : say.part;
  const { costCentre } = corrects;
  const paidBy = [
    ...(of.order === undefined ? [] : [say.order(of.order)]),
    ...(costCentre === undefined ? [] : [say.costCentre(costCentre)]),
  ].join(", ");
  return `${say.line(corrects.position, of.number)}${paidBy && ` (${paidBy})`}: ${how}.`;
}

export const taxWords = (because: string, of: { readonly number: string; readonly language: string }): string =>
  `${wordsOf(of.language).tax(of.number)} ${because}`;
