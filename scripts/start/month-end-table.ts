import type { BillingSummary } from "@plumbline/operations/billing-runs/summarise-billing";
import { toDecimal } from "@plumbline/domain/money/decimal";
import { minuteBuckets } from "@plumbline/domain/worklog/minute-buckets";
import { type Cells, table } from "./table.ts";

export type FirmResult = { readonly firm: string; readonly summary: BillingSummary; readonly seconds: string };

/** What the month ends came to, as lines of text: a table of the firms, where their minutes are, and what is open. */
export function monthEndTable(results: readonly FirmResult[]): string[] {
  return [
    "",
    ...table([
      [
        "Firm",
        "Entries",
        "Quarantined",
        "Business",
        "Technical",
        "Drafts",
        "Approved",
        "Issued",
        "Issued money",
        "Time",
      ],
      ...results.map(firmRow),
    ]),
    "",
    ...table([
      ["Minutes", ...minuteBuckets.map((bucket) => bucket.replace("_", " "))],
      ...results.map(({ firm, summary }) => [firm, ...minuteBuckets.map((bucket) => grouped(summary.minutes[bucket]))]),
    ]),
    "",
    ...table([
      ["Agreed sums", "Kind", "Where", "Count", "Amount"],
      ...results.flatMap(({ firm, summary }) =>
        summary.sums.map(({ kind, bucket, count, amounts }) => [
          firm,
          kind,
          bucket.replace("_", " "),
          grouped(count),
          amounts.map(moneyText).join(" + "),
        ]),
      ),
    ]),
    "",
    ...table([
      ["Open exceptions", "Cause", "Severity", "Count", "Minutes", "At stake"],
      ...results.flatMap(({ firm, summary }) =>
        summary.exceptions.map((cause) => [
          firm,
          cause.code,
          cause.severity,
          grouped(cause.count),
          grouped(cause.minutes),
          cause.atStake.map(moneyText).join(" + "),
        ]),
      ),
    ]),
    "",
  ];
}

function firmRow({ firm, summary, seconds }: FirmResult): Cells {
  const { invoices, exceptions } = summary;
  const issued = (invoices.issued ?? 0) + (invoices.posted ?? 0);
  const approved = issued + (invoices.finance_approved ?? 0);
  const drafts = Object.entries(invoices).reduce(
    (sum, [stage, count]) => (stage === "discarded" ? sum : sum + count),
    0,
  );
  const open = (lane: string) =>
    exceptions.filter((cause) => cause.lane === lane).reduce((sum, cause) => sum + cause.count, 0);
  return [
    firm,
    ...[summary.entries, summary.quarantined, open("business"), open("technical"), drafts, approved, issued].map(
      grouped,
    ),
    summary.issued.map(moneyText).join(" + "),
    seconds,
  ];
}

const numbers = new Intl.NumberFormat("en-GB");
const grouped = (count: number): string => numbers.format(count);

function moneyText(amount: Parameters<typeof toDecimal>[0]): string {
  const [whole = "", fraction] = toDecimal(amount).split(".");
  return `${numbers.format(BigInt(whole))}${fraction === undefined ? "" : `.${fraction}`} ${amount.currency}`;
}
