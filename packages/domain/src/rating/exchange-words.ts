import type { QuotedRate } from "@plumbline/domain/money/exchange";

/** By which rate something was converted, with its source and day, in the client's language; English where it has no words. */
export const exchangeWords = (language: string, { rate, base, quote, source, on }: QuotedRate): string =>
  `${language.startsWith("de") ? "zu" : "at"} ${rate} ${quote} ${language.startsWith("de") ? "für" : "for"} 1 ${base} (${source}, ${on})`;
