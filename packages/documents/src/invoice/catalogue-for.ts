import type { Catalogue } from "./catalogue.ts";
import { german } from "./catalogue-de.ts";
import { english } from "./catalogue-en.ts";

const catalogues: Readonly<Record<string, Catalogue>> = { en: english, de: german };

/** The catalogue for a BCP 47 tag and the tag of its words: a language without a catalogue is served in English. */
export function catalogueFor(language: string): { catalogue: Catalogue; language: string } {
  const [primary = ""] = language.toLowerCase().split("-");
  const known = Object.hasOwn(catalogues, primary) ? catalogues[primary] : undefined;
  return known ? { catalogue: known, language } : { catalogue: english, language: "en" };
}
