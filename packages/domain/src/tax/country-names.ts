import { countryName } from "./rates.ts";

/** Countries as a German sentence names them after “in”, without an ending that would change. */
// prettier-ignore
const german: Readonly<Record<string, string>> = {
  AT: "Österreich", BE: "Belgien", BG: "Bulgarien", CH: "der Schweiz", CY: "Zypern", CZ: "Tschechien", DE: "Deutschland",
  DK: "Dänemark", EE: "Estland", ES: "Spanien", FI: "Finnland", FR: "Frankreich", GB: "dem Vereinigten Königreich",
  GR: "Griechenland", HR: "Kroatien", HU: "Ungarn", IE: "Irland", IT: "Italien", LT: "Litauen", LU: "Luxemburg",
  LV: "Lettland", MT: "Malta", NL: "den Niederlanden", NO: "Norwegen", PL: "Polen", PT: "Portugal", RO: "Rumänien",
  SE: "Schweden", SI: "Slowenien", SK: "der Slowakei", US: "den Vereinigten Staaten",
};

export const germanCountryName = (country: string): string =>
  (Object.hasOwn(german, country) ? german[country] : undefined) ?? countryName(country);
