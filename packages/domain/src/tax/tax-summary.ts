import { divide, type Rounding } from "@plumbline/domain/money/money";
import { type TaxCategory, taxCategories } from "./category.ts";
import { treatmentOf } from "./treatment.ts";
import { percentText } from "./rates.ts";
import { type SalesTaxComponent, wholeBasisPoints } from "./sales-tax-rates.ts";
import type { TaxIssue } from "./tax-issue.ts";
import type { TaxRounding } from "./tax-rounding.ts";

export type TaxableLine = {
  readonly category: TaxCategory;
  /** 1900 is 19 %. */
  readonly basisPoints: number;
  /** In minor units; negative for a deduction. */
  readonly netMinor: bigint;
  /** The parts of a sales tax; each is computed by itself. */
  readonly components?: readonly SalesTaxComponent[];
};

export type TaxTotal = {
  readonly category: TaxCategory;
  readonly basisPoints: number;
  readonly baseMinor: bigint;
  readonly taxMinor: bigint;
  /** Which authority the tax is owed to, and at which exact rate, where a sales tax has parts. */
  readonly component?: SalesTaxComponent;
};

/**
 * Sums an invoice's lines per category and rate and taxes each sum once (EN 16931, BR-CO-17), so that the tax does not
 * depend on how the work was cut into lines. By `line`, each line is taxed and rounded, and the taxes are summed: as
 * a ledger does that taxes its lines.
 *
 * @returns totals in the order of the category table, then by falling rate, whatever the order of the lines; and issues
 *   for what an invoice may not hold: O beside another category (BR-O-11), or a rate its category does not have
 */
export function summariseTax(
  lines: readonly TaxableLine[],
  rounding: Rounding,
  per: TaxRounding,
): { readonly totals: readonly TaxTotal[]; readonly issues: readonly TaxIssue[] } {
  const bases = new Map<string, Base>();
  for (const { category, basisPoints, netMinor, components = [] } of lines) {
    const key = treatmentOf({ category, basisPoints, components });
    const base = bases.get(key) ?? { category, basisPoints, components, baseMinor: 0n, lines: [] };
    base.baseMinor += netMinor;
    base.lines.push(netMinor);
    bases.set(key, base);
  }

  const groups = [...bases.values()].sort(
    (left, right) =>
      order.indexOf(left.category) - order.indexOf(right.category) || right.basisPoints - left.basisPoints,
  );
  const totals = groups.flatMap((group) => totalsOf(group, per === "line" ? group.lines : [group.baseMinor], rounding));
  return { totals, issues: [...rateIssues(totals), ...mixIssues(totals)] };
}

type Base = {
  readonly category: TaxCategory;
  readonly basisPoints: number;
  readonly components: readonly SalesTaxComponent[];
  readonly lines: bigint[];
  baseMinor: bigint;
};

/** One total, or one for each part of a sales tax: each is owed to its own authority, and rounds by itself. */
function totalsOf(
  { category, basisPoints, components, baseMinor }: Base,
  parts: readonly bigint[],
  rounding: Rounding,
): TaxTotal[] {
  const taxed = (rate: number, whole: bigint): bigint =>
    parts.reduce((sum, part) => sum + divide(part * BigInt(rate), whole, rounding), 0n);
  if (components.length === 0) {
    return [{ category, basisPoints, baseMinor, taxMinor: taxed(basisPoints, 10_000n) }];
  }
  return components.map((component) => ({
    category,
    basisPoints: wholeBasisPoints(component.rateMillionths),
    baseMinor,
    taxMinor: taxed(component.rateMillionths, 1_000_000n),
    component,
  }));
}

const order = Object.keys(taxCategories);

function rateIssues(totals: readonly TaxTotal[]): TaxIssue[] {
  return totals
    .filter(({ component }) => component === undefined)
    .filter(({ category, basisPoints }) => taxCategories[category].rateApplies !== basisPoints > 0)
    .map(({ category, basisPoints }) => ({
      code: "tax_rate_invalid",
      message: `Category ${category}, ${taxCategories[category].title}, cannot bear ${percentText(basisPoints)}.`,
    }));
}

function mixIssues(totals: readonly TaxTotal[]): TaxIssue[] {
  const others = new Set(totals.map((total) => total.category));
  if (!others.delete("O") || others.size === 0) return [];
  const message = `An invoice with work outside the scope of tax cannot hold ${[...others].join(", ")} as well.`;
  return [{ code: "tax_categories_mixed", message }];
}
