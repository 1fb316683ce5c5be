import type { LocalDate } from "../../calendar/local-date.ts";
import type { InvoiceId } from "../../id.ts";
import { toDecimal } from "../../money/decimal.ts";
import { money } from "../../money/money.ts";
import { certifyWithholding } from "../certify-withholding.ts";
import { amountOf, playScenarios } from "./test-kit.ts";

type Given = {
  readonly certificate: string;
  /** Such as "F-1 2026-10-31 100.00". */
  readonly withheld: readonly string[];
  readonly said?: readonly string[];
};

playScenarios(new URL("certificates.yaml", import.meta.url), ({ certificate, withheld, said }: Given) => {
  const wordsOf = (text: string) => text.split(" ");
  const { proven, issues } = certifyWithholding(
    amountOf(certificate).minor,
    withheld.map(wordsOf).map(([number, day, amount = ""]) => ({
      invoiceId: number as InvoiceId,
      issuedOn: day as LocalDate,
      unprovenMinor: amountOf(amount).minor,
    })),
    said?.map(wordsOf).map(([number, amount = ""]) => ({
      invoiceId: number as InvoiceId,
      minor: amountOf(amount).minor,
    })) ?? "oldest_first",
  );
  return issues.length > 0
    ? { issues: issues.map(({ invoiceId, code }) => (invoiceId === undefined ? code : `${invoiceId} ${code}`)) }
    : { proven: proven.map(({ invoiceId, minor }) => `${invoiceId} ${toDecimal(money(minor, "EUR"))}`) };
});
