/**
 * The families a brand may choose: open licence, in the PDF from files we ship, so that a document looks the same on
 * every machine.
 */
export const families = ["Inter", "Source Sans 3"] as const;
export type Family = (typeof families)[number];

/** The family that was asked for, or the first when it is not on the list. */
export function familyFor(font: string): Family {
  const wanted = font.trim().toLowerCase();
  return families.find((family) => family.toLowerCase() === wanted) ?? families[0];
}
