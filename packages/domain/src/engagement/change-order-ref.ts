import type { LocalDate } from "@plumbline/domain/calendar/local-date";

/** What a line says about where its terms come from: the number that people know an order by, and when it was signed. */
export type ChangeOrderRef = { readonly number: string; readonly signedOn: LocalDate };

/** Says of something that an order made it what it is; nothing where none did. */
export function amendedWords(by: ChangeOrderRef | undefined, language: string): string {
  if (by === undefined) return "";
  return language.startsWith("de")
    ? `, geändert durch Nachtrag ${by.number} vom ${by.signedOn}`
    : `, as amended by change order ${by.number} of ${by.signedOn}`;
}
