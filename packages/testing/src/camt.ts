type Version = "02" | "08" | "13";

type Entry = {
  readonly version: Version;
  readonly amount: string;
  readonly currency?: string;
  readonly side?: "CRDT" | "DBIT";
  readonly on?: string;
  readonly reference?: string;
  readonly servicerReference?: string;
  readonly reversal?: boolean;
  /** Sub-family of the bank's code of what it is. */
  readonly code?: string;
  /** Why it was returned. */
  readonly reason?: string;
  readonly endToEndId?: string;
  readonly text?: string;
  readonly creditorReference?: string;
  readonly name?: string;
  readonly iban?: string;
  readonly charges?: string;
  readonly instructed?: { readonly amount: string; readonly currency: string };
  /** The amounts of a batch. */
  readonly parts?: readonly string[];
};

const element = (name: string, content: string | undefined) =>
  content === undefined ? "" : `<${name}>${content}</${name}>`;

/** A bank statement as a bank sends it. */
export function camt(statement: {
  readonly version: Version;
  readonly id?: string;
  readonly iban?: string;
  readonly opening: string;
  readonly closing: string;
  readonly on?: string;
  readonly sequence?: string;
  readonly entries: readonly string[];
}): string {
  const { version, id = "S-1", iban = "DE02120300000000202051", on = "2026-12-01" } = statement;
  const balance = (code: string, amount: string) => `
      <Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount.replace("-", "")}</Amt>
        <CdtDbtInd>${amount.startsWith("-") ? "DBIT" : "CRDT"}</CdtDbtInd><Dt><Dt>${on}</Dt></Dt></Bal>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}">
  <BkToCstmrStmt>
    <GrpHdr><MsgId>M-1</MsgId><CreDtTm>${on}T06:00:00</CreDtTm></GrpHdr>
    <Stmt>
      <Id>${id}</Id>${element("ElctrncSeqNb", statement.sequence)}
      <Acct><Id><IBAN>${iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>${balance("OPBD", statement.opening)}${balance("CLBD", statement.closing)}
      ${statement.entries.join("\n      ")}
    </Stmt>
  </BkToCstmrStmt>
</Document>`;
}

/** One booked entry, with one transaction unless it is a batch. */
export function entry(of: Entry): string {
  const { version, amount, currency = "EUR", side = "CRDT", on = "2026-12-01", parts } = of;
  const details = parts?.map((part, index) =>
    transaction({ ...of, endToEndId: `${of.endToEndId ?? "E"}-${index}` }, part),
  ) ?? [transaction(of, undefined)];
  return `<Ntry>${element("NtryRef", of.reference ?? "1")}<Amt Ccy="${currency}">${amount}</Amt>
        <CdtDbtInd>${side}</CdtDbtInd>${element("RvslInd", of.reversal ? "true" : undefined)}
        ${element("Sts", version === "02" ? "BOOK" : element("Cd", "BOOK"))}
        <BookgDt><Dt>${on}</Dt></BookgDt><ValDt><Dt>${on}</Dt></ValDt>${element("AcctSvcrRef", of.servicerReference)}
        <BkTxCd>${element("Domn", `<Cd>PMNT</Cd>${element("Fmly", `<Cd>RCDT</Cd>${element("SubFmlyCd", of.code ?? "ESCT")}`)}`)}</BkTxCd>
        <NtryDtls>${details.join("")}</NtryDtls></Ntry>`;
}

function transaction(of: Entry, part: string | undefined): string {
  const { version, side = "CRDT", currency = "EUR" } = of;
  const role = side === "CRDT" ? "Dbtr" : "Cdtr";
  const name = element("Nm", of.name ?? "Somebody");
  const money = (value: string, code: string) => `<Amt Ccy="${code}">${value}</Amt>`;
  const own =
    part === undefined ? "" : version !== "02" ? `${money(part, currency)}<CdtDbtInd>${side}</CdtDbtInd>` : "";
  const inner = part === undefined || version !== "02" ? "" : element("TxAmt", money(part, currency));
  const instructed = of.instructed && element("InstdAmt", money(of.instructed.amount, of.instructed.currency));
  const charge = of.charges && `${money(of.charges, currency)}<CdtDbtInd>DBIT</CdtDbtInd>`;
  const charges = charge && element("Chrgs", version !== "02" ? element("Rcrd", charge) : charge);
  const structured =
    of.creditorReference &&
    element(
      "Strd",
      element("CdtrRefInf", `<Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>${element("Ref", of.creditorReference)}`),
    );
  return `<TxDtls><Refs>${element("EndToEndId", of.endToEndId ?? "NOTPROVIDED")}</Refs>${own}${element("AmtDtls", `${instructed ?? ""}${inner}` || undefined)}${charges ?? ""}
          <RltdPties>${element(role, version !== "02" ? element("Pty", name) : name)}${of.iban === undefined ? "" : element(`${role}Acct`, element("Id", element("IBAN", of.iban)))}</RltdPties>
          ${element("RmtInf", `${element("Ustrd", of.text)}${structured ?? ""}`)}${of.reason === undefined ? "" : element("RtrInf", element("Rsn", element("Cd", of.reason)))}</TxDtls>`;
}
