/** Quantities are counted in millionths, which no sum of them rounds. */
export const quantityScale = 1_000_000n;
const fractionDigits = 6;

/** Decimal text with up to six digits after the point, in millionths. */
export function quantityOf(text: string): bigint {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(fractionDigits, "0"));
}

/** Decimal text without needless zeros. */
export function quantityText(millionths: bigint): string {
  const digits = millionths.toString().padStart(fractionDigits + 1, "0");
  const fraction = digits.slice(-fractionDigits).replace(/0+$/, "");
  return `${digits.slice(0, -fractionDigits)}${fraction === "" ? "" : `.${fraction}`}`;
}
