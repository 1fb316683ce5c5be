import type { TaxTotal } from "@plumbline/domain/tax/tax-summary";
import { summariseTax } from "@plumbline/domain/tax/tax-summary";
import type { TaxRounding } from "@plumbline/domain/tax/tax-rounding";
import type { CreditedLine } from "./credit-lines.ts";

/**
 * Tax of a credit note, per category and rate of the invoice: the rate on what is taken back of the base, and with the last of
 * the base the last of the tax. Parts that were each rounded up never come to more tax than was billed.
 *
 * @param per as the invoice rounds its tax
 * @param left bases and taxes of the invoice, less what earlier credit notes took back
 */
export function creditTaxes(
  credited: readonly CreditedLine[],
  left: readonly TaxTotal[],
  per: TaxRounding,
): TaxTotal[] {
  const { totals } = summariseTax(
    credited.map(({ corrects, netMinor }) => ({
      category: corrects.taxCategory,
      basisPoints: corrects.taxBasisPoints,
      netMinor,
      components: left.flatMap(({ category, component }) =>
        category === corrects.taxCategory && component !== undefined ? [component] : [],
      ),
    })),
    "half-up",
    per,
  );
  return totals.map((total) => {
    const billed = left.find((tax) => sameTax(tax, total));
    if (billed === undefined) throw new RangeError(`no tax was billed at ${total.category} ${total.basisPoints}`);
    // Each part of a sales tax is its base times its rate, whatever was rounded before.
    if (total.component !== undefined) return total;
    const last = total.baseMinor === -billed.baseMinor || beyond(total.taxMinor, billed.taxMinor);
    return last ? { ...total, taxMinor: -billed.taxMinor } : total;
  });
}

/** Whether two taxes are of one category and rate, or owed to one authority. */
export const sameTax = (left: TaxTotal, right: TaxTotal): boolean =>
  left.category === right.category &&
  left.component?.jurisdiction === right.component?.jurisdiction &&
  (left.component !== undefined || left.basisPoints === right.basisPoints);

const beyond = (back: bigint, billed: bigint): boolean => (billed < 0n ? back > -billed : back < -billed);
