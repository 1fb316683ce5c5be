import type { Schemas } from "@plumbline/client/client";
import type { Style } from "../printing/style.ts";
import { type Cell, table } from "../printing/table.ts";
import { age, hours, moment, money, percent, period, words } from "../printing/words.ts";
import { handleOf } from "./handles.ts";
import { verbOfMove } from "./move-verbs.ts";

export type Invoice = Schemas["Invoice"];
export type PageOptions = { readonly style: Style; readonly width: number | undefined; readonly now: number };

/** An invoice as people read it: who, what, how much, what stops it and what may come next. */
export const invoicePage = (invoice: Invoice, options: PageOptions): readonly string[] => [
  ...headLines(invoice, options),
  "",
  ...lineTable(invoice, options),
  ...totalLines(invoice, options),
  ...writeDownLines(invoice, options),
  ...creditNoteLines(invoice, options),
  ...exceptionLines(invoice, options),
  ...moveLines(invoice, options),
];

export function headLines(invoice: Invoice, { style, now }: PageOptions): readonly string[] {
  const { client, payer, entity, clock } = invoice;
  const facts = [
    invoice.corrects && `credit note for ${invoice.corrects.number ?? handleOf(invoice.corrects.id)}`,
    invoice.kind && words(invoice.kind),
    invoice.depositLeft && `${money(invoice.depositLeft)} left to deduct`,
    invoice.correction && `${words(invoice.correction.code)}: ${invoice.correction.reason}`,
    invoice.engagement,
    invoice.project,
    period(invoice.period),
    invoice.purchaseOrder && `PO ${invoice.purchaseOrder}`,
    `${invoice.paymentTermsDays} days to pay`,
    invoice.issuedOn && `issued ${invoice.issuedOn}`,
    invoice.dueOn && `due ${invoice.dueOn}`,
  ];
  const waits = clock === undefined ? "" : ` · waits for ${clock.waitsFor} (${words(clock.owner)})`;
  const since = clock?.late ? style.warn(`, late: ${age(invoice.stageSince, now)}`) : "";
  const disputed = invoice.disputed === undefined ? "" : style.warn(`, ${money(invoice.disputed)} disputed`);
  return [
    `${style.strong(invoice.number ?? handleOf(invoice.id))}  ${entity.name} → ${style.strong(client.name)}` +
      (payer.name === client.name ? "" : ` (paid by ${payer.name})`),
    facts.filter((fact) => fact !== undefined).join(" · "),
    `${style.strong(words(invoice.stage))}${disputed}${waits}${since}`,
    style.quiet(signatures(invoice)),
  ];
}

const signatures = ({ preparedBy, submittedBy, approvals }: Invoice): string =>
  [
    `prepared by ${preparedBy}`,
    ...(submittedBy === undefined ? [] : [`submitted by ${submittedBy}`]),
    ...approvals.map(({ step, by, at }) => `approved for ${step} by ${by} ${moment(at)}`),
  ].join(", ");

const lineTable = (invoice: Invoice, options: PageOptions): readonly string[] =>
  table(
    [
      { title: "#", align: "right" },
      { title: "work", canShrink: true },
      { title: "quantity", align: "right" },
      { title: "price", align: "right" },
      { title: "net", align: "right" },
      { title: "tax", align: "right" },
    ],
    invoice.lines.map((line): readonly Cell[] => [
      String(line.position),
      line.project === undefined ? line.description : `${line.project}: ${line.description}`,
      quantity(line),
      price(line),
      money(line.net),
      percent(line.taxBasisPoints),
    ]),
    options,
  );

type Line = Invoice["lines"][number];

export const quantity = ({ quantity: amount, unit }: Line): string =>
  unit === "minute" && /^-?\d+$/.test(amount) ? hours(Number(amount)) : `${amount} ${unit}`;

export const price = ({ price: amount, priceBase, unit }: Line): string =>
  unit === "minute" && priceBase === 60
    ? `${money(amount)}/h`
    : `${money(amount)}/${priceBase === 1 ? "" : `${priceBase} `}${unit}`;

const totalLines = ({ net, taxes, total, adjustments = [] }: Invoice, { style }: PageOptions): readonly string[] => {
  const rows = [
    ...adjustments.map((each) => ({
      what: each.kind === "allowance" ? "off" : "added",
      amount: `${each.kind === "allowance" ? "-" : ""}${money(each.amount)}`,
      of: `  ${each.reason}: ${each.because}`,
    })),
    { what: "net", amount: money(net) },
    ...taxes.map(({ category, basisPoints, base, tax }) => ({
      what: "tax",
      amount: money(tax),
      of: `  ${category}, ${percent(basisPoints)} of ${money(base)}`,
    })),
    { what: "total", amount: money(total) },
  ];
  const width = Math.max(...rows.map(({ amount }) => amount.length));
  return [
    "",
    ...rows.map(({ what, amount, of }: { what: string; amount: string; of?: string }) => {
      const line = `  ${what.padEnd(7)}${amount.padStart(width)}`;
      return what === "total" ? style.strong(line) : line + style.quiet(of ?? "");
    }),
  ];
};

const writeDownLines = ({ writeDowns = [] }: Invoice, { style }: PageOptions): readonly string[] =>
  writeDowns.length === 0
    ? []
    : [
        "",
        ...writeDowns.map(({ kind, lines, taken, reason, by }) => {
          const where = lines.length === 0 ? "no line" : `line ${lines.join(", ")}`;
          return `${style.strong(words(kind))}  ${where}  -${money(taken)}  ${style.quiet(`${reason} (${by})`)}`;
        }),
      ];

const creditNoteLines = ({ creditNotes = [] }: Invoice, { style }: PageOptions): readonly string[] =>
  creditNotes.length === 0
    ? []
    : [
        "",
        ...creditNotes.map(({ id, number, stage, total }) => {
          const reference = number ?? handleOf(id);
          return `${style.strong("credited")}  ${reference}  ${money(total)}  ${style.quiet(words(stage))}`;
        }),
      ];

export const exceptionLines = ({ exceptions }: Invoice, { style }: PageOptions): readonly string[] => {
  const open = exceptions
    .filter(({ state }) => state === "open")
    .toSorted((left, right) => Number(right.severity === "block") - Number(left.severity === "block"));
  if (open.length === 0) return [];
  return [
    "",
    ...open.map((exception) =>
      exception.severity === "block"
        ? `${style.bad("stopped")}  ${exception.message} ${style.quiet(`(${exception.code}, for ${words(exception.owner)})`)}`
        : `${style.warn("notice")}   ${exception.message} ${style.quiet(`(${exception.code})`)}`,
    ),
  ];
};

const moveLines = ({ id, number, moves }: Invoice, { style }: PageOptions): readonly string[] => {
  const reference = number ?? handleOf(id);
  const possibleFirst = moves.toSorted((left, right) => Number(right.allowed) - Number(left.allowed));
  const lines = possibleFirst.flatMap(({ move, allowed, why }): readonly string[] => {
    const typed = verbOfMove(move);
    if (typed === undefined) return [];
    return allowed
      ? [`  ${style.good("you can")}  plumb ${typed} ${reference}`]
      : [style.quiet(`  not now  plumb ${typed}${why === undefined ? "" : `: ${why}`}`)];
  });
  return lines.length === 0 ? [] : ["", ...lines];
};
