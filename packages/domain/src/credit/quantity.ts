/** Quantities are decimal text; whoever counts with them counts in whole numbers. */
type Scaled = { readonly units: bigint; readonly digits: number };

/** @throws RangeError when it is not decimal text */
function scaled(text: string): Scaled {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new RangeError(`“${text}” is not a quantity`);
  const [, whole = "", fraction = ""] = match;
  return { units: BigInt(whole + fraction), digits: fraction.length };
}

const at = ({ units, digits }: Scaled, wanted: number): bigint => units * 10n ** BigInt(wanted - digits);

/** How far the first goes beyond the second: negative, nothing, or positive. */
export function compareQuantities(left: string, right: string): -1 | 0 | 1 {
  const [a, b] = [scaled(left), scaled(right)];
  const digits = Math.max(a.digits, b.digits);
  const difference = at(a, digits) - at(b, digits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export const negateQuantity = (text: string): string =>
  compareQuantities(text, "0") === 0 ? "0" : text.startsWith("-") ? text.slice(1) : `-${text}`;
