/**
 * Text that cannot disturb what stands around it: one line, no control characters, and none of the invisible marks that
 * reorder text, so that an amount never reads backwards.
 */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g, "")
    .trim();
}
