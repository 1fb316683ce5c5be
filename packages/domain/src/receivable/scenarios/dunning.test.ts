import type { LocalDate } from "../../calendar/local-date.ts";
import type { InvoiceId } from "../../id.ts";
import { toDecimal } from "../../money/decimal.ts";
import { money } from "../../money/money.ts";
import { decideDunning, type DunnableInvoice } from "../decide-dunning.ts";
import { amountOf, playScenarios } from "./test-kit.ts";

type Given = {
  readonly on: string;
  /** Such as "7 friendly", or "21 firm fee 5.00". */
  readonly ladder: readonly string[];
  readonly minimum?: string;
  readonly credit?: string;
  /** Such as "238.00 for F-1 F-2". */
  readonly promised?: readonly string[];
  readonly open: readonly Open[];
};
type Open = {
  /** Such as "F-1 238.00 due 2026-11-30". */
  readonly invoice: string;
  /** Such as "1 on 2026-12-08". */
  readonly dunned?: string;
  readonly released?: { readonly amount: string; readonly due: string };
  readonly credited?: string;
  readonly held?: string;
  readonly charged?: string;
};

playScenarios(
  new URL("dunning.yaml", import.meta.url),
  ({ on, ladder, minimum, credit, promised = [], open }: Given) => {
    const terms = {
      levels: ladder.map(levelOf),
      ...(minimum !== undefined && { minimumMinor: minor(minimum).toString() }),
    };
    const decided = decideDunning(
      { terms, credit: minor(credit), promises: promised.map(promiseOf), invoices: open.map(invoiceOf) },
      on as LocalDate,
    );
    if (decided === undefined) return "no notice";
    return {
      level: decided.level,
      text: decided.textKey,
      asks: decided.items.map(
        (item) => `${item.invoiceId} ${said(item.minor)} level ${item.level}, ${item.daysPastDue} days`,
      ),
      total: said(decided.total),
      fee: said(decided.fee),
    };
  },
);

const minor = (amount = "0.00"): bigint => amountOf(amount).minor;
const said = (amount: bigint): string => toDecimal(money(amount, "EUR"));

function promiseOf(text: string) {
  const [amount, , ...invoiceIds] = text.split(" ");
  return { left: minor(amount), invoiceIds: invoiceIds as InvoiceId[] };
}

function levelOf(text: string) {
  const [days, textKey = "", , fee] = text.split(" ");
  return { daysPastDue: Number(days), textKey, ...(fee !== undefined && { feeMinor: minor(fee).toString() }) };
}

function invoiceOf({ invoice, dunned, released, credited, held, charged }: Open): DunnableInvoice {
  const [invoiceId = "", amount, , dueOn = ""] = invoice.split(" ");
  const [level, , on = ""] = dunned?.split(" ") ?? [];
  return {
    invoiceId: invoiceId as InvoiceId,
    open: minor(amount),
    dueOn: dueOn as LocalDate,
    released: minor(released?.amount),
    releasedDueOn: released?.due as LocalDate | undefined,
    charged: minor(charged),
    credited: minor(credited),
    held: minor(held),
    last: level === undefined ? undefined : { level: Number(level), on: on as LocalDate },
  };
}
