import type { BankTransaction } from "@plumbline/domain/bank/statement";
import type { Currency } from "@plumbline/domain/money/currency";
import { toDecimal } from "@plumbline/domain/money/decimal";
import { money } from "@plumbline/domain/money/money";
import { all, amountOf, dateOf, find, inCurrency, member, need, signOf, textOf } from "./camt-reader.ts";
import { type XmlElement, XmlFault } from "./read-xml.ts";

/** Direct debits that were not paid or are given back (ISO 20022 external bank transaction codes). */
const returnedDebits = ["UPDD", "RRTN", "PRDD", "RCDD", "RPCR", "RVPC"];
/** The bank's own prices and the tax on them (families of the same list). */
const fees = ["CHRG", "COMM", "COMT", "FEES", "TAXE"];

/** One transaction of a simple entry, all those of a batch. @throws XmlFault */
export function readTransactions(
  entry: XmlElement,
  { index, currency }: { readonly index: number; readonly currency: Currency },
): readonly BankTransaction[] {
  const total = signOf(entry) * inCurrency(need(entry, "Amt"), currency);
  const details = all(entry, "NtryDtls").flatMap((part) => all(part, "TxDtls"));
  const parts: readonly (XmlElement | undefined)[] = details.length === 0 ? [undefined] : details;
  const minors = parts.map((part) => partOf(part, { entry, total, alone: parts.length === 1, currency }));
  const sum = minors.reduce((all_, minor) => all_ + minor, 0n);
  if (sum !== total) {
    const [said, wanted] = [sum, total].map((minor) => toDecimal(money(minor, currency)));
    const reason = `its transactions come to ${said}, and the entry to ${wanted}`;
    throw new XmlFault({ line: entry.line, element: "Ntry/NtryDtls" }, reason);
  }
  return parts.map((part, at) => ({
    entryReference: textOf(entry, "NtryRef") ?? textOf(entry, "AcctSvcrRef") ?? `#${index}`,
    position: at + 1,
    minor: minors[at] ?? 0n,
    bookedOn: dateOf(need(entry, "BookgDt")),
    ...member("servicerReference", textOf(part, "Refs/AcctSvcrRef") ?? textOf(entry, "AcctSvcrRef")),
    ...returnOf(entry, part),
    ...moneyOf(part ?? entry, { entry: parts.length === 1 ? entry : undefined, minor: minors[at] ?? 0n, currency }),
    ...partyOf(part, (minors[at] ?? 0n) > 0n),
    ...referencesOf(part, entry),
  }));
}

type Whole = {
  readonly entry: XmlElement;
  readonly total: bigint;
  readonly alone: boolean;
  readonly currency: Currency;
};

/** Version 08 says a transaction's amount and side itself, version 02 its amount alone; one of one may say neither. */
function partOf(part: XmlElement | undefined, { entry, total, alone, currency }: Whole): bigint {
  if (part === undefined || alone) return total;
  const amount = find(part, "Amt") ?? find(part, "AmtDtls/TxAmt/Amt");
  if (amount === undefined) throw new XmlFault({ line: part.line, element: "TxDtls/Amt" }, "is missing in a batch");
  const side = find(part, "CdtDbtInd") === undefined ? entry : part;
  return signOf(side) * inCurrency(amount, currency);
}

function returnOf(entry: XmlElement, part: XmlElement | undefined) {
  const reason = textOf(part, "RtrInf/Rsn/Cd") ?? textOf(part, "RtrInf/Rsn/Prtry");
  const codes = [part, entry].map((of) => textOf(of, "BkTxCd/Domn/Fmly/SubFmlyCd") ?? "");
  const isReturn = find(part, "RtrInf") !== undefined || codes.some((code) => returnedDebits.includes(code));
  const returns = textOf(entry, "RvslInd") === "true" || textOf(entry, "RvslInd") === "1";
  return {
    returns: returns || isReturn,
    fee: !returns && !isReturn && codes.some((code) => fees.includes(code)),
    ...member("returnReason", reason),
  };
}

type Moved = { readonly entry: XmlElement | undefined; readonly minor: bigint; readonly currency: Currency };

/** What banks kept is said, or is what came in less than was ordered in the account's own currency. */
function moneyOf(part: XmlElement, { entry, minor, currency }: Moved) {
  const said = find(part, "AmtDtls/InstdAmt/Amt") ?? find(entry, "AmtDtls/InstdAmt/Amt");
  const instructed = said && amountOf(said);
  const charges = [part, ...(entry === undefined || entry === part ? [] : [entry])]
    .map((of) => chargesOf(of, currency))
    .find((charged) => charged !== 0n);
  const short = minor > 0n && instructed?.currency === currency ? instructed.minor - minor : 0n;
  return { chargesMinor: charges ?? (short > 0n ? short : 0n), ...(instructed && { instructed }) };
}

/** Version 08 lists records, version 02 the amounts themselves. */
function chargesOf(element: XmlElement, currency: Currency): bigint {
  const charges = all(element, "Chrgs").flatMap((of) => (find(of, "Rcrd") === undefined ? [of] : all(of, "Rcrd")));
  return charges
    .flatMap((record) => find(record, "Amt") ?? [])
    .reduce((sum, amount) => sum + inCurrency(amount, currency), 0n);
}

/** Who is on the other side: the debtor of what came in, the creditor of what went out; or on whose behalf they act. */
function partyOf(part: XmlElement | undefined, cameIn: boolean) {
  const role = cameIn ? "Dbtr" : "Cdtr";
  const parties = find(part, "RltdPties");
  return {
    ...member("counterparty", nameOf(parties, role) ?? nameOf(parties, `Ultmt${role}`)),
    ...member("counterpartyIban", textOf(parties, `${role}Acct/Id/IBAN`)?.replaceAll(" ", "").toUpperCase()),
  };
}

const nameOf = (parties: XmlElement | undefined, role: string): string | undefined =>
  textOf(parties, `${role}/Pty/Nm`) ?? textOf(parties, `${role}/Nm`);

function referencesOf(part: XmlElement | undefined, entry: XmlElement) {
  const remittance = find(part, "RmtInf");
  const said = textOf(part, "Refs/EndToEndId");
  const text = [...all(remittance, "Ustrd").map((line) => line.text), textOf(part, "AddtlTxInf") ?? ""];
  return {
    ...member("endToEndId", said === "NOTPROVIDED" ? undefined : said),
    creditorReferences: all(remittance, "Strd").flatMap((of) => [
      ...[textOf(of, "CdtrRefInf/Ref")].filter((reference) => reference !== undefined),
      ...all(of, "RfrdDocInf").flatMap((document) => textOf(document, "Nb") ?? []),
    ]),
    // A bank that breaks lines does so anywhere, within a number too.
    text: text.some((line) => line !== "") ? text.join(" ").trim() : (textOf(entry, "AddtlNtryInf") ?? ""),
  };
}
