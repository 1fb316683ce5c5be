import type { Style } from "../printing/style.ts";
import { money, percent, words } from "../printing/words.ts";
import { exceptionLines, headLines, type Invoice, type PageOptions, price, quantity } from "./invoice-page.ts";

/** Each figure of an invoice with the reason it is what it is. */
export const whyPage = (invoice: Invoice, options: PageOptions): readonly string[] => [
  ...headLines(invoice, options),
  ...section("Lines", options.style, lines(invoice, options.style)),
  ...section("Tax", options.style, taxes(invoice, options.style)),
  ...section("Checks", options.style, checks(invoice, options.style)),
  ...exceptionLines(others(invoice), options),
];

const section = (title: string, style: Style, content: readonly string[]): readonly string[] =>
  content.length === 0 ? [] : ["", style.strong(title), ...content];

const lines = (invoice: Invoice, style: Style): readonly string[] =>
  invoice.lines.flatMap((line) => [
    `${String(line.position).padStart(3)}  ${line.description}: ${quantity(line)} × ${price(line)} = ${style.strong(money(line.net))}`,
    style.quiet(`     ${line.because}`),
  ]);

const taxes = ({ taxes: all }: Invoice, style: Style): readonly string[] =>
  all.flatMap(({ category, basisPoints, base, tax, because }) => [
    `     ${category} ${percent(basisPoints)} of ${money(base)} = ${style.strong(money(tax))}`,
    style.quiet(`     ${because}`),
  ]);

const marks = { inform: "quiet", warn: "warn", block: "bad", unknown: "bad" } as const satisfies Partial<
  Record<Invoice["checks"][number]["outcome"], keyof Style>
>;

/** A rule's sentence says what is wrong, so of those that passed only the names are told. */
const checks = ({ checks: all }: Invoice, style: Style): readonly string[] => {
  const passed = all.filter(({ outcome }) => outcome === "pass").map(({ rule }) => rule);
  return [
    ...all.flatMap(({ outcome, rule, message, owner }) => {
      if (outcome === "pass") return [];
      const who = outcome === "block" || outcome === "unknown" ? `, for ${words(owner)}` : "";
      return [`     ${style[marks[outcome]](outcome.padEnd(7))}  ${message} ${style.quiet(`(${rule}${who})`)}`];
    }),
    ...(passed.length === 0 ? [] : [`     ${style.good("passed ")}  ${passed.map(words).join(", ")}`]),
  ];
};

/** Open exceptions that no rule of the invoice stands for, such as those of its work. */
function others({ checks: all, exceptions, ...invoice }: Invoice): Invoice {
  const rules = new Set(all.map(({ rule }) => rule));
  return { ...invoice, checks: all, exceptions: exceptions.filter(({ code }) => !rules.has(code)) };
}
