/** At most, without `RF` and its two check digits. */
const contentMax = 21;

/**
 * The structured creditor reference (ISO 11649) that carries an invoice's number; undefined where the number is too long
 * or has no letter or digit.
 */
export function creditorReferenceOf(number: string): string | undefined {
  const content = bare(number);
  if (content === "" || content.length > contentMax) return undefined;
  const check = 98n - mod97(`${content}RF00`);
  return `RF${String(check).padStart(2, "0")}${content}`;
}

/** What a creditor reference carries; undefined when it is none, or its check digits are wrong. */
export function readCreditorReference(text: string): string | undefined {
  const reference = bare(text);
  const [, check = "", content = ""] = /^RF(\d\d)([0-9A-Z]{1,21})$/.exec(reference) ?? [];
  return content !== "" && mod97(`${content}RF${check}`) === 1n ? content : undefined;
}

/** Letters and digits alone, in capitals: banks and people drop and add everything else. */
export const bare = (text: string): string => text.toUpperCase().replaceAll(/[^0-9A-Z]/g, "");

/** Letters count from 10, as in an IBAN. */
const mod97 = (text: string): bigint =>
  BigInt([...text].map((sign) => String(Number.parseInt(sign, 36))).join("")) % 97n;
