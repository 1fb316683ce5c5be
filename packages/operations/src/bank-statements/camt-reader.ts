import { type LocalDate, parseLocalDate } from "@plumbline/domain/calendar/local-date";
import { type Currency, isCurrency } from "@plumbline/domain/money/currency";
import { parseDecimal } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";
import { type XmlElement, XmlFault } from "./read-xml.ts";

/** The first element at a path such as `Acct/Id/IBAN`. */
export function find(element: XmlElement | undefined, path: string): XmlElement | undefined {
  return path
    .split("/")
    .reduce<XmlElement | undefined>((found, name) => found?.children.find((child) => child.name === name), element);
}

export const all = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** @throws XmlFault naming what it was looked for in */
export function need(element: XmlElement, path: string): XmlElement {
  const found = find(element, path);
  if (found === undefined) throw new XmlFault({ line: element.line, element: `${element.name}/${path}` }, "is missing");
  return found;
}

export const textOf = (element: XmlElement | undefined, path: string): string | undefined =>
  find(element, path)?.text || undefined;

/** A spread of one member, absent where there is no such text. */
export function member<Name extends string>(name: Name, text: string | undefined): { readonly [Key in Name]?: string } {
  return text === undefined ? {} : ({ [name]: text } as { readonly [Key in Name]: string });
}

/** An amount is never negative: whether money came in is said beside it. @throws XmlFault */
export function amountOf(element: XmlElement): Money {
  const currency = element.attributes["Ccy"] ?? "";
  const fault = (reason: string) => new XmlFault({ line: element.line, element: element.name }, reason);
  if (!isCurrency(currency)) throw fault(`“${currency}” is not the code of an active currency`);
  // Banks write 10.00000 as well as 10.00; more digits than the currency has are refused unless they are zeros.
  const parsed = parseDecimal(element.text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""), currency);
  if (parsed === undefined || parsed.minor < 0n) throw fault(`“${element.text}” is not an amount in ${currency}`);
  return parsed;
}

/** Positive for money that came in. @throws XmlFault */
export function signOf(element: XmlElement): 1n | -1n {
  const said = need(element, "CdtDbtInd");
  if (said.text === "CRDT") return 1n;
  if (said.text === "DBIT") return -1n;
  throw new XmlFault({ line: said.line, element: said.name }, `is CRDT or DBIT, not “${said.text}”`);
}

/** The date of a choice between a day and an instant. @throws XmlFault */
export function dateOf(element: XmlElement): LocalDate {
  const said = find(element, "Dt") ?? need(element, "DtTm");
  const date = parseLocalDate(said.text.slice(0, 10));
  if (date === undefined) throw new XmlFault({ line: said.line, element: said.name }, `“${said.text}” is not a day`);
  return date;
}

/** @throws XmlFault when an amount is in another currency than its account */
export function inCurrency(element: XmlElement, currency: Currency): bigint {
  const amount = amountOf(element);
  if (amount.currency === currency) return amount.minor;
  const reason = `is in ${amount.currency}, and the account is in ${currency}`;
  throw new XmlFault({ line: element.line, element: element.name }, reason);
}
