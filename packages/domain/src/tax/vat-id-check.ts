import type { TaxIssue } from "./tax-issue.ts";
import { vatAreaOf } from "./vat-area.ts";

/** One answer of a VAT register, kept as evidence. */
export type VatIdCheck = {
  readonly taxId: string;
  /** `"pending"` when the register could not be asked or did not answer. */
  readonly valid: boolean | "pending";
  /** ISO 8601 instant. */
  readonly checkedAt: string;
  /** Who answered, such as `VIES`. */
  readonly source: string;
};

/** Without the spaces, points and dashes people type, in capitals, so that equal ids are equal text. */
export const normalTaxId = (taxId: string): string => taxId.replace(/[\s.\-/]/g, "").toUpperCase();

/** What keeps a check from proving that this very buyer is a registered business, or undefined when it does. */
export function vatIdIssue(
  buyer: { readonly country: string; readonly taxId?: string },
  check: VatIdCheck | undefined,
): TaxIssue | undefined {
  if (!buyer.taxId) return missing("The buyer's VAT id is not on file.");
  const taxId = normalTaxId(buyer.taxId);
  // A business may be registered elsewhere too, but then another country's place of supply is in question.
  if (vatAreaOf(taxId.slice(0, 2)) !== vatAreaOf(buyer.country)) {
    return invalid(`The VAT id ${taxId} was not given by ${buyer.country}, where the buyer is.`);
  }
  if (!check) return missing(`The VAT id ${taxId} has not been checked.`);
  if (normalTaxId(check.taxId) !== taxId) {
    return missing(`The check on file is for ${normalTaxId(check.taxId)}, not for ${taxId}.`);
  }
  if (check.valid === "pending") {
    return { code: "tax_evidence_pending", message: `${check.source} has not answered yet about the VAT id ${taxId}.` };
  }
  return check.valid ? undefined : invalid(`${check.source} does not know the VAT id ${taxId}.`);
}

const missing = (message: string): TaxIssue => ({ code: "tax_evidence_missing", message });
const invalid = (message: string): TaxIssue => ({ code: "tax_evidence_invalid", message });
