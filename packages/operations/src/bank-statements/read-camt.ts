import { type BankStatement, type BankTransaction, imbalanceOf } from "@plumbline/domain/bank/statement";
import { type Currency, isCurrency } from "@plumbline/domain/money/currency";
import { toDecimal } from "@plumbline/domain/money/decimal";
import { money } from "@plumbline/domain/money/money";
import { all, amountOf, dateOf, find, inCurrency, need, signOf, textOf } from "./camt-reader.ts";
import { readTransactions } from "./read-transactions.ts";
import { readXml, type XmlElement, XmlFault } from "./read-xml.ts";

/** Versions differ in where they say some things; all of those places are looked at. */
const namespace = /^urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(0[2-9]|1[0-3])$/;
/** Statements of one file. */
const statementsMax = 100;

/**
 * Reads the statements of a CAMT.053 file, version 02 to 13. Entries that are booked count; opening balance and entries make
 * the closing balance. Anything that does not fit refuses the file.
 *
 * @throws XmlFault with line and element
 */
export function readCamt(bytes: Uint8Array): readonly BankStatement[] {
  const root = readXml(bytes);
  if (!namespace.test(root.namespace)) {
    const said = root.namespace === "" ? "no namespace" : root.namespace;
    throw new XmlFault({ line: root.line, element: root.name }, `has ${said}; camt.053.001.02 to .13 are taken`);
  }
  const message = need(root, "BkToCstmrStmt");
  const statements = all(message, "Stmt");
  if (statements.length === 0) need(message, "Stmt");
  if (statements.length > statementsMax)
    throw new XmlFault({ line: message.line, element: "Stmt" }, `is there more than ${statementsMax} times`);
  refusePages(find(message, "GrpHdr/MsgPgntn"));
  return statements.map(readStatement);
}

function readStatement(element: XmlElement): BankStatement {
  refusePages(find(element, "StmtPgntn"));
  const [opening, closing] = [balanceOf(element, ["OPBD", "PRCD"]), balanceOf(element, ["CLBD"])];
  const currency = currencyOf(element, opening);
  const minorOf = (balance: XmlElement) => signOf(balance) * inCurrency(need(balance, "Amt"), currency);
  const statement: BankStatement = {
    iban: need(element, "Acct/Id/IBAN").text.replaceAll(" ", "").toUpperCase(),
    statementId: need(element, "Id").text,
    ...sequenceOf(find(element, "ElctrncSeqNb")),
    currency,
    openingMinor: minorOf(opening),
    closingMinor: minorOf(closing),
    closedOn: dateOf(need(closing, "Dt")),
    transactions: all(element, "Ntry").flatMap((entry, index) => readEntry(entry, index + 1, currency)),
  };
  const off = imbalanceOf(statement);
  if (off !== 0n) {
    const reason = `opening balance and entries are ${toDecimal(money(off, currency))} ${currency} off the closing balance`;
    throw new XmlFault({ line: closing.line, element: "Bal" }, reason);
  }
  refuseRepeated(element, statement.transactions);
  return statement;
}

/** A statement on several pages has its balances on different ones: whole statements are taken. */
function refusePages(pages: XmlElement | undefined): void {
  if (pages === undefined || (textOf(pages, "PgNb") === "1" && textOf(pages, "LastPgInd") !== "false")) return;
  throw new XmlFault({ line: pages.line, element: pages.name }, "is a part of several; a whole statement is taken");
}

function sequenceOf(said: XmlElement | undefined): { readonly sequence?: bigint } {
  if (said === undefined) return {};
  if (/^\d{1,18}$/.test(said.text)) return { sequence: BigInt(said.text) };
  throw new XmlFault({ line: said.line, element: said.name }, `“${said.text}” is not a number`);
}

function currencyOf(statement: XmlElement, opening: XmlElement): Currency {
  const said = textOf(statement, "Acct/Ccy") ?? amountOf(need(opening, "Amt")).currency;
  if (isCurrency(said)) return said;
  throw new XmlFault({ line: statement.line, element: "Acct/Ccy" }, `“${said}” is not the code of an active currency`);
}

function balanceOf(statement: XmlElement, codes: readonly string[]): XmlElement {
  const found = all(statement, "Bal").find((balance) => codes.includes(textOf(balance, "Tp/CdOrPrtry/Cd") ?? ""));
  if (found !== undefined) return found;
  throw new XmlFault({ line: statement.line, element: "Bal" }, `there is none of type ${codes.join(" or ")}`);
}

/** What is pending or for information moved no money yet. */
function readEntry(entry: XmlElement, index: number, currency: Currency): readonly BankTransaction[] {
  const status = textOf(entry, "Sts/Cd") ?? textOf(entry, "Sts");
  if (status === undefined) throw new XmlFault({ line: entry.line, element: "Ntry/Sts" }, "is missing");
  if (status !== "BOOK") return [];
  return readTransactions(entry, { index, currency }).filter(({ minor }) => minor !== 0n);
}

function refuseRepeated(statement: XmlElement, transactions: readonly BankTransaction[]): void {
  const seen = new Set<string>();
  for (const { entryReference, position } of transactions) {
    const key = `${entryReference} ${position}`;
    if (seen.has(key)) {
      const entry =
        all(statement, "Ntry").findLast((one) => find(one, "NtryRef")?.text === entryReference) ?? statement;
      throw new XmlFault({ line: entry.line, element: "Ntry/NtryRef" }, `“${entryReference}” is there twice`);
    }
    seen.add(key);
  }
}
