import type { Style } from "../printing/style.ts";
import { money, percent, words } from "../printing/words.ts";
import {
  entryCount,
  exceptionLines,
  headLines,
  type Invoice,
  type PageOptions,
  price,
  quantity,
} from "./invoice-page.ts";

/** Each figure of an invoice with the reason it is what it is. */
export const whyPage = (invoice: Invoice, options: PageOptions): readonly string[] => [
  ...headLines(invoice, options),
  ...section("Lines", options.style, lines(invoice, options.style)),
  ...section("Tax", options.style, taxes(invoice, options.style)),
  ...section("Checks", options.style, checks(invoice, options.style)),
  ...exceptionLines(invoice, options),
];

const section = (title: string, style: Style, content: readonly string[]): readonly string[] =>
  content.length === 0 ? [] : ["", style.strong(title), ...content];

const lines = (invoice: Invoice, style: Style): readonly string[] =>
  invoice.lines.flatMap((line) => [
    `${String(line.position).padStart(3)}  ${line.description}: ${quantity(line)} × ${price(line)} = ${style.strong(money(line.net))}`,
    style.quiet(`     ${line.because} (${entryCount(line.entries)})`),
  ]);

const taxes = ({ taxes: all }: Invoice, style: Style): readonly string[] =>
  all.flatMap(({ category, basisPoints, base, tax, because }) => [
    `     ${category} ${percent(basisPoints)} of ${money(base)} = ${style.strong(money(tax))}`,
    style.quiet(`     ${because}`),
  ]);

const marks = { pass: "good", inform: "quiet", warn: "warn", block: "bad", unknown: "bad" } as const satisfies Record<
  Invoice["checks"][number]["outcome"],
  keyof Style
>;

const checks = ({ checks: all }: Invoice, style: Style): readonly string[] =>
  all.map(({ outcome, rule, message, owner }) => {
    const mark = style[marks[outcome]](outcome.padEnd(7));
    const who = outcome === "block" || outcome === "unknown" ? `, for ${words(owner)}` : "";
    return `     ${mark}  ${message} ${style.quiet(`(${rule}${who})`)}`;
  });
