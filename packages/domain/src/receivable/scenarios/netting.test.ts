import type { LocalDate } from "../../calendar/local-date.ts";
import type { InvoiceId } from "../../id.ts";
import { isCurrency } from "../../money/currency.ts";
import { toDecimal } from "../../money/decimal.ts";
import type { OpenInvoice } from "../allocate-payment.ts";
import { type Credit, netCredits } from "../net-credits.ts";
import { amountOf, playScenarios } from "./test-kit.ts";

type Given = {
  readonly credits: Readonly<Record<string, string>>;
  /** Such as "F-1 238.00 due 2026-11-30". */
  readonly open: readonly string[];
  readonly to?: readonly string[];
};

playScenarios(new URL("netting.yaml", import.meta.url), ({ credits, open, to }: Given) => {
  const given = Object.entries(credits).map(([creditId, left]): Credit<string> => ({ creditId, left: amountOf(left) }));
  const told = to?.map((text) => {
    const [invoiceId = "", amount = ""] = text.split(" ");
    return { invoiceId: invoiceId as InvoiceId, amount: amountOf(amount) };
  });
  const { parts, left, issues } = netCredits(given as [Credit<string>], open.map(openOf), told ?? "oldest_first");
  return {
    applied: parts.map(({ creditId, invoiceId, amount }) => `${creditId} pays ${invoiceId} ${toDecimal(amount)}`),
    left: toDecimal(left),
    ...(issues.length > 0 && { refused: issues.map(({ invoiceId, code }) => `${invoiceId} ${code}`) }),
  };
});

function openOf(text: string): OpenInvoice {
  const [, id = "", amount = "", currency = "EUR", dueOn = ""] =
    /^(\S+) (\S+)(?: ([A-Z]{3}))? due (\S+)$/.exec(text) ?? [];
  if (!isCurrency(currency)) throw new Error(`“${currency}” is not a currency`);
  return { invoiceId: id as InvoiceId, open: amountOf(amount, currency), dueOn: dueOn as LocalDate };
}
