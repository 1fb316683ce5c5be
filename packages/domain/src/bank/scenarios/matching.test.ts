import type { LocalDate } from "../../calendar/local-date.ts";
import type { ClientId, InvoiceId } from "../../id.ts";
import { toDecimal } from "../../money/decimal.ts";
import { money } from "../../money/money.ts";
import { amountOf, playScenarios } from "../../receivable/scenarios/test-kit.ts";
import { creditorReferenceOf } from "../creditor-reference.ts";
import { type Candidate, matchTransaction, openCandidateBook, partsOf } from "../match-transaction.ts";
import type { BankTransaction } from "../statement.ts";

type Given = {
  /** Such as "F-1 238.00 by Bright", or "F-1 238.00 by Bright keeps 30.00". */
  readonly owed: readonly string[];
  readonly ibans?: Readonly<Record<string, string>>;
  readonly paid: {
    readonly amount: string;
    readonly charges?: string;
    readonly text?: string;
    readonly reference?: string;
    /** In the field for references, as it is. */
    readonly plain?: string;
    readonly from?: string;
    readonly iban?: string;
  };
};

playScenarios(new URL("matching.yaml", import.meta.url), ({ owed, ibans = {}, paid }: Given) => {
  const match = matchTransaction(
    transactionOf(paid),
    openCandidateBook(owed.map(candidateOf)),
    (iban) => ibans[iban] as ClientId | undefined,
  );
  if (match.is === "certain") {
    const parts = partsOf(match).map(
      ({ invoiceId, minor, keptMinor, kind }) =>
        `${invoiceId} takes ${minor}${keptMinor === 0n ? "" : `, ${kind === "bank_fee" ? "kept" : "discount"} ${keptMinor}`}`,
    );
    return { certain: parts };
  }
  const proposals = match.proposals.map(
    ({ score, candidate, keeps, because }) =>
      `${score} ${candidate.invoiceId}${keeps === undefined ? "" : ` less ${toDecimal(money(keeps.minor, "EUR"))}`}: ${because}`,
  );
  return { because: match.because, proposals };
});

function candidateOf(text: string): Candidate {
  const [, number = "", amount = "", client = "", keeps, less, until] =
    /^(\S+) (\S+) by (\S+)(?: keeps (\S+))?(?: or (\S+) less until (\S+))?$/.exec(text) ?? [];
  return {
    invoiceId: number as InvoiceId,
    number,
    clientId: client as ClientId,
    clientNames: [client],
    openMinor: amountOf(amount).minor,
    ...(keeps !== undefined && { withheldMinor: amountOf(keeps).minor }),
    ...(less !== undefined && { discounts: [{ until: until as LocalDate, minor: amountOf(less).minor }] }),
  };
}

const transactionOf = ({
  amount,
  charges,
  text = "",
  reference,
  plain,
  from,
  iban,
}: Given["paid"]): BankTransaction => ({
  entryReference: "1",
  position: 1,
  minor: amountOf(amount).minor,
  bookedOn: "2026-12-01" as LocalDate,
  returns: false,
  fee: false,
  chargesMinor: charges === undefined ? 0n : amountOf(charges).minor,
  ...(from !== undefined && { counterparty: from }),
  ...(iban !== undefined && { counterpartyIban: iban }),
  creditorReferences: [reference && (creditorReferenceOf(reference) as string), plain].filter(
    (one) => one !== undefined,
  ),
  text,
});
