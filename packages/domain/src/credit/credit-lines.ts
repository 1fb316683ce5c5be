import type { LineUnit } from "@plumbline/domain/invoice/line-unit";
import { type Money, divide } from "@plumbline/domain/money/money";
import { lineNet } from "@plumbline/domain/rating/line-net";
import type { TaxCategory } from "@plumbline/domain/tax/category";
import type { Treatment } from "./correction.ts";
import type { CreditIssue } from "./credit-issue.ts";
import { compareQuantities, negateQuantity } from "./quantity.ts";

/** A line of an issued invoice, and what earlier credit notes have left of it. */
export type CreditableLine = {
  readonly position: number;
  /** As billed: decimal text, in `unit`. */
  readonly quantity: string;
  readonly unit: LineUnit;
  readonly priceMinor: bigint;
  readonly priceBase: number;
  readonly taxCategory: TaxCategory;
  readonly taxBasisPoints: number;
  /** What it came to, with its part of what was taken off or added for the invoice as a whole. */
  readonly netMinor: bigint;
  readonly retainedMinor: bigint;
  readonly left: {
    /** Decimal text, in `unit`. */
    readonly quantity: string;
    readonly minutes: number;
    readonly netMinor: bigint;
    readonly retainedMinor: bigint;
  };
};

/** All that is left of a line, some of its quantity, or some of its price. */
export type CreditAsk = {
  readonly position: number;
  readonly treatment: Treatment;
  readonly quantity?: string | undefined;
  readonly amount?: Money | undefined;
  /** What the work of the line became less by since, in what it is counted in: an amount then takes that much of it. */
  readonly costMinor?: bigint | undefined;
};

/** A line of a credit note: the mirror of what it takes back. */
export type CreditedLine<Line extends CreditableLine = CreditableLine> = {
  readonly corrects: Line;
  readonly treatment: Treatment;
  /** Taken back of the line's quantity; 0 when its price alone is lowered. */
  readonly quantityBack: string;
  /** Present when a part of its price was taken back with that much of its work. */
  readonly costMinor?: bigint;
  readonly quantity: string;
  readonly unit: LineUnit;
  readonly minutes: number;
  readonly priceMinor: bigint;
  readonly priceBase: number;
  readonly netMinor: bigint;
  readonly retainedMinor: bigint;
};

/**
 * Takes back what is asked for, at the price, tax and retention it was billed with and never more than is left of a line.
 * With anything wrong nothing is taken back and every fault is named.
 */
export function creditLines<Line extends CreditableLine>(
  lines: readonly Line[],
  asks: readonly CreditAsk[],
): { readonly credited: readonly CreditedLine<Line>[]; readonly issues: readonly CreditIssue[] } {
  const byPosition = new Map(lines.map((line) => [line.position, line]));
  const seen = new Set<number>();
  const credited: CreditedLine<Line>[] = [];
  const issues: CreditIssue[] = [];
  for (const ask of asks) {
    const line = byPosition.get(ask.position);
    const code = seen.has(ask.position) ? "named_twice" : line === undefined ? "line_unknown" : undefined;
    seen.add(ask.position);
    const found = code ?? creditLine(line as Line, ask);
    if (typeof found === "string") issues.push({ position: ask.position, code: found });
    else credited.push(found);
  }
  return { credited: issues.length === 0 ? credited : [], issues };
}

function creditLine<Line extends CreditableLine>(line: Line, ask: CreditAsk): CreditedLine<Line> | CreditIssue["code"] {
  const { left } = line;
  if (compareQuantities(left.quantity, "0") === 0 && left.netMinor === 0n) return "nothing_left";
  if (ask.amount !== undefined) return ask.quantity === undefined ? creditPrice(line, ask, ask.amount) : "two_measures";
  if (ask.quantity === undefined || compareQuantities(ask.quantity, left.quantity) === 0) return creditRest(line, ask);
  return creditPart(line, ask, ask.quantity);
}

/** All that is left, to the cent: where parts were rounded before, no quantity at the price comes to it, and the sum stands. */
function creditRest<Line extends CreditableLine>(line: Line, { treatment }: CreditAsk): CreditedLine<Line> {
  const { left, priceMinor, priceBase } = line;
  const asBilled = lineNet({ quantity: left.quantity, priceMinor, priceBase }) === left.netMinor;
  const how =
    asBilled && compareQuantities(left.quantity, "0") !== 0 ? measured(line, left.quantity) : sum(left.netMinor);
  return {
    ...how,
    corrects: line,
    treatment: compareQuantities(left.quantity, "0") === 0 ? "concession" : treatment,
    quantityBack: left.quantity,
    minutes: -left.minutes,
    netMinor: -left.netMinor,
    retainedMinor: -left.retainedMinor,
  };
}

function creditPart<Line extends CreditableLine>(
  line: Line,
  { treatment }: CreditAsk,
  quantity: string,
): CreditedLine<Line> | CreditIssue["code"] {
  const { left, priceMinor, priceBase } = line;
  if (line.netMinor <= 0n) return "whole_only";
  if (compareQuantities(quantity, "0") <= 0) return "not_positive";
  if (compareQuantities(quantity, left.quantity) > 0) return "above_quantity";
  const inMinutes = line.unit === "minute";
  if (inMinutes && !/^\d+$/.test(quantity)) return "minutes_are_whole";
  // Only time can be divided and billed in parts.
  if (!inMinutes && treatment === "rebillable") return "work_indivisible";
  const atPrice = lineNet({ quantity, priceMinor, priceBase });
  const wholeAtPrice = lineNet({ quantity: line.quantity, priceMinor, priceBase });
  // What was taken off or added is taken back in proportion.
  const net = wholeAtPrice === 0n ? atPrice : divide(atPrice * line.netMinor, wholeAtPrice, "half-up");
  if (net > left.netMinor) return "above_amount";
  return {
    ...(net === atPrice ? measured(line, quantity) : sum(net)),
    corrects: line,
    treatment,
    quantityBack: quantity,
    minutes: inMinutes ? -Number(quantity) : 0,
    netMinor: -net,
    retainedMinor: -retainedOf(line, net),
  };
}

function creditPrice<Line extends CreditableLine>(
  line: Line,
  { treatment, costMinor }: CreditAsk,
  amount: Money,
): CreditedLine<Line> | CreditIssue["code"] {
  if (line.netMinor <= 0n) return "whole_only";
  // The work stays billed, so there is nothing to bill anew; unless it became less itself.
  if (treatment === "rebillable" && costMinor === undefined) return "amount_takes_no_work";
  if (amount.minor <= 0n) return "not_positive";
  if (amount.minor > line.left.netMinor) return "above_amount";
  return {
    ...sum(amount.minor),
    corrects: line,
    treatment,
    quantityBack: "0",
    ...(costMinor !== undefined && { costMinor }),
    minutes: 0,
    netMinor: -amount.minor,
    retainedMinor: -retainedOf(line, amount.minor),
  };
}

/** The retained part of what is taken back: its share, and the rest with the last of the line. */
function retainedOf({ retainedMinor, netMinor, left }: CreditableLine, net: bigint): bigint {
  if (net === left.netMinor) return left.retainedMinor;
  const share = divide(retainedMinor * net, netMinor, "half-up");
  return share < left.retainedMinor ? share : left.retainedMinor;
}

const measured = ({ unit, priceMinor, priceBase }: CreditableLine, quantity: string) => ({
  quantity: negateQuantity(quantity),
  unit,
  priceMinor,
  priceBase,
});

const sum = (minor: bigint) => ({ quantity: "-1", unit: "each" as const, priceMinor: minor, priceBase: 1 });
