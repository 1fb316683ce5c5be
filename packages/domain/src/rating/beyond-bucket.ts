/** What a line at the engagement's rates adds to its reason when the hours that were bought are used up. */
export const beyondBucket = (language: string): string =>
  language.startsWith("de") ? "über die Stunden des Kontingents hinaus" : "beyond the hours of the bucket";
