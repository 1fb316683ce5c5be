/**
 * The states of the United States and the District of Columbia, and whose place prices a sale within the state: the
 * buyer's (`destination`), the seller's (`origin`), or the seller's for all but special districts (`mixed`, California).
 * Sales into a state from outside always follow the buyer. Source: Streamlined Sales Tax Governing Board, "State guide
 * to sourcing rules"; CDTFA Regulation 1802 for California; as of 2025-01-01.
 */
const sourcingOf = {
  AL: "destination",
  AK: "destination",
  AZ: "origin",
  AR: "destination",
  CA: "mixed",
  CO: "destination",
  CT: "destination",
  DC: "destination",
  DE: "destination",
  FL: "destination",
  GA: "destination",
  HI: "destination",
  IA: "destination",
  ID: "destination",
  IL: "origin",
  IN: "destination",
  KS: "destination",
  KY: "destination",
  LA: "destination",
  MA: "destination",
  MD: "destination",
  ME: "destination",
  MI: "destination",
  MN: "destination",
  MO: "origin",
  MS: "origin",
  MT: "destination",
  NC: "destination",
  ND: "destination",
  NE: "destination",
  NH: "destination",
  NJ: "destination",
  NM: "destination",
  NV: "destination",
  NY: "destination",
  OH: "origin",
  OK: "destination",
  OR: "destination",
  PA: "origin",
  RI: "destination",
  SC: "destination",
  SD: "destination",
  TN: "origin",
  TX: "origin",
  UT: "origin",
  VA: "origin",
  VT: "destination",
  WA: "destination",
  WI: "destination",
  WV: "destination",
  WY: "destination",
} as const satisfies Record<string, "destination" | "origin" | "mixed">;

export type UsState = keyof typeof sourcingOf;

export const isUsState = (text: string): text is UsState => Object.hasOwn(sourcingOf, text);

export const sourcingIn = (state: UsState): "destination" | "origin" | "mixed" => sourcingOf[state];

/** States that levy no general sales tax, themselves or through their cities (Alaska's cities do). */
export const hasNoSalesTax = (state: UsState): boolean => ["DE", "MT", "NH", "OR"].includes(state);

const code = /^[A-Z]{2}(-[A-Z0-9][A-Z0-9 .'-]{0,38})?$/;

/** A place that levies sales tax: a state (`NY`), or a place in one (`NY-KINGS`). */
export const isJurisdiction = (text: string): boolean => code.test(text) && isUsState(text.slice(0, 2));

/** Takes the code of a jurisdiction. */
export const stateOf = (jurisdiction: string): UsState => jurisdiction.slice(0, 2) as UsState;

/** What is wrong with the places that a party's address lies in, or undefined: one state, which comes first. */
export function placesIssue(places: readonly string[]): string | undefined {
  const wrong = places.find((place) => !isJurisdiction(place));
  if (wrong !== undefined) return `“${wrong}” is not a jurisdiction such as NY or NY-KINGS`;
  const [state] = places;
  if (state !== undefined && !isUsState(state)) return `“${state}” is not a state, and the state comes first`;
  const other = places.find((place) => stateOf(place) !== state);
  if (other !== undefined) return `“${other}” is not in ${state}`;
  return new Set(places).size < places.length ? "a place stands there twice" : undefined;
}
