import { isTaxCategory, taxCategories, type TaxCategory } from "./category.ts";

/** Why an invoice bears no tax, as EN 16931 wants it: BT-121, a code of the VATEX list, and BT-120, words. */
export type Exemption = { readonly code?: string; readonly reason: string };

/**
 * A treatment that a person confirmed for the services of an engagement, where the rules alone would charge the
 * seller's rate: services that the law exempts, or taxes at zero. Whoever is elsewhere is treated as the rules say.
 */
export type AgreedTreatment = {
  readonly category: "E" | "Z";
  /** A VATEX code, of an exemption only. */
  readonly code?: string;
  /** In the client's language: it is printed. */
  readonly reason: string;
  /** The article of the law. */
  readonly rule: string;
};

export const agreedCategories = ["E", "Z"] as const satisfies readonly TaxCategory[];

const vatex = /^VATEX-[A-Z]{2}-[A-Z0-9-]{1,24}$/;
const codesOfOthers: ReadonlySet<string> = new Set(
  Object.values(taxCategories).flatMap((category) => ("exemption" in category ? [category.exemption] : [])),
);

/** What is wrong with a treatment before it is saved: the field, and a sentence. */
export function agreedIssues({ category, code, reason, rule }: AgreedTreatment): { field: string; reason: string }[] {
  const issues: { field: string; reason: string }[] = [];
  if (reason.trim() === "") issues.push({ field: "tax_reason", reason: "says why no tax is charged, and is empty" });
  if (rule.trim() === "") issues.push({ field: "tax_rule", reason: "names the article of the law, and is empty" });
  if (code === undefined) return issues;
  // BR-Z-10: a zero rate is a rate, and bears no reason for an exemption.
  if (category === "Z")
    issues.push({ field: "tax_exemption_code", reason: "is the code of an exemption, not of a zero rate" });
  else if (!vatex.test(code)) issues.push({ field: "tax_exemption_code", reason: `“${code}” is not a VATEX code` });
  else if (codesOfOthers.has(code)) {
    issues.push({
      field: "tax_exemption_code",
      reason: `“${code}” belongs to another treatment, which the rules decide`,
    });
  }
  return issues;
}

/** Whether stored data are a treatment. */
export const isAgreed = (value: AgreedTreatment): boolean =>
  isTaxCategory(value.category) && agreedCategories.includes(value.category) && agreedIssues(value).length === 0;
