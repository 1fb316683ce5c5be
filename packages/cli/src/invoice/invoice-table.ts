import type { Schemas } from "@plumbline/client/client";
import type { Style } from "../printing/style.ts";
import { type Cell, table } from "../printing/table.ts";
import { age, money, period, words } from "../printing/words.ts";
import { handleOf } from "./handles.ts";

type Summary = Schemas["InvoiceSummary"];

const columns = [
  { title: "invoice" },
  { title: "client", canShrink: true },
  { title: "about", canShrink: true },
  { title: "period" },
  { title: "total", align: "right" },
  { title: "stage" },
  { title: "since", align: "right" },
  { title: "blocked by", canShrink: true },
] as const;

/** Invoices as a list of rows. */
export const invoiceTable = (
  invoices: readonly Summary[],
  options: { readonly style: Style; readonly width: number | undefined; readonly now: number },
): readonly string[] =>
  table(
    columns,
    invoices.map((invoice): readonly Cell[] => [
      invoice.number ?? handleOf(invoice.id),
      invoice.client.name,
      invoice.engagement ?? invoice.project ?? "",
      period(invoice.period),
      money(invoice.total),
      words(invoice.stage),
      sinceCell(invoice, options.now),
      { text: invoice.blocking.join(", "), as: "bad" },
    ]),
    options,
  );

const sinceCell = ({ stageSince, clock }: Summary, now: number): Cell =>
  clock?.late ? { text: `${age(stageSince, now)} late`, as: "warn" } : age(stageSince, now);

/** What people know an invoice by, in one line. */
export const labelOf = ({ id, number, client, total }: Summary): string =>
  `${number ?? handleOf(id)}  ${client.name}  ${money(total)}`;

/** Sums by currency, which are never added across. */
export function sums(invoices: readonly Pick<Summary, "total">[]): readonly string[] {
  const byCurrency = Map.groupBy(invoices, ({ total }) => total.currency);
  return [...byCurrency].map(([currency, of]) =>
    money({ amount: addDecimals(of.map(({ total }) => total.amount)), currency }),
  );
}

/** Adds decimals exactly, whatever their number of places. */
export function addDecimals(amounts: readonly string[]): string {
  const places = Math.max(0, ...amounts.map((amount) => (amount.split(".")[1] ?? "").length));
  const sum = amounts.reduce((total, amount) => {
    const [whole = "", fraction = ""] = amount.split(".");
    return total + BigInt(whole + fraction.padEnd(places, "0"));
  }, 0n);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  return `${sum < 0n ? "-" : ""}${whole}${places === 0 ? "" : `.${digits.slice(-places)}`}`;
}
