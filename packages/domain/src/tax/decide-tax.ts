import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { taxCategories } from "./category.ts";
import type { AgreedTreatment } from "./exemption.ts";
import { decideSalesTax, type SalesTaxFacts } from "./sales-tax.ts";
import { standardRateOn } from "./rates.ts";
import type { TaxDecision } from "./tax-decision.ts";
import type { TaxIssue } from "./tax-issue.ts";
import { type TaxRule, type TaxWords, taxWords } from "./tax-words.ts";
import { isInEu, vatAreaOf } from "./vat-area.ts";
import { normalTaxId, vatIdIssue, type VatIdCheck } from "./vat-id-check.ts";

export type { TaxDecision } from "./tax-decision.ts";

export type TaxQuestion = {
  /** Countries are ISO 3166-1 alpha-2. */
  readonly seller: { readonly country: string; readonly taxId?: string };
  readonly buyer: { readonly country: string; readonly taxId?: string; readonly isBusiness: boolean };
  readonly evidence: { readonly vatIdCheck?: VatIdCheck };
  /** What a person confirmed of these services; the rules alone decide when absent. */
  readonly agreed?: AgreedTreatment;
  /** What is known about sales within the United States; none is collected when absent. */
  readonly salesTax?: SalesTaxFacts;
  /** When the service counts as supplied. Rates and memberships are those of this day. */
  readonly taxPoint: LocalDate;
  /** BCP 47, of the client: what is decided is said in it. */
  readonly language: string;
};

/** How countries outside the EU treat a service to a business abroad. */
const exportsOfServices: Readonly<Record<string, { readonly category: "O" | "Z"; readonly rule: TaxRule }>> = {
  GB: { category: "O", rule: "gb_export" },
  CH: { category: "O", rule: "ch_export" },
  NO: { category: "Z", rule: "no_export" },
};

/**
 * Decides the VAT on a professional service under the general rules for place of supply. Services with rules of their
 * own (immovable property, events, passenger transport) are for an external tax engine.
 */
export function decideTax(question: TaxQuestion): TaxDecision {
  const { taxPoint } = question;
  const words = taxWords(question.language);
  const seller = vatAreaOf(question.seller.country);
  const buyer = vatAreaOf(question.buyer.country);
  const abroad = words.abroad({ seller, buyer, isBusiness: question.buyer.isBusiness });

  if (standardRateOn(seller, taxPoint) === "none") {
    const { salesTax, language } = question;
    if (seller === buyer && salesTax !== undefined) return decideSalesTax({ ...salesTax, on: taxPoint, language });
    return untaxed("O", words.noVat(seller), "no_vat", words);
  }
  if (seller === buyer) return taxedHere(question, seller, words.domestic(seller), "standard");
  if (isInEu(seller, taxPoint) && isInEu(buyer, taxPoint)) {
    if (question.buyer.isBusiness) return reverseCharge(question, seller, abroad);
    return taxedHere(question, seller, abroad, "eu_consumer");
  }
  const way = isInEu(seller, taxPoint) ? ({ category: "O", rule: "eu_export" } as const) : exportsOfServices[seller];
  if (!way) return taxedHere(question, seller, abroad, "standard");
  if (!question.buyer.isBusiness) return unclear(question, seller, abroad);
  return untaxed(way.category, words.suppliedThere(abroad), way.rule, words);
}

/** Whether an invoice may rest on the decision. */
export const isSettled = (decision: TaxDecision): boolean => decision.issues.length === 0;

/** Nothing to charge, whoever asks; with the reason the law wants said, where it wants one. */
export function untaxed(category: "O" | "Z", because: string, rule: TaxRule, words: TaxWords): TaxDecision {
  const exemption = category === "O" && { code: taxCategories.O.exemption, reason: words.exemptions.O };
  return { category, basisPoints: 0, because, rule: words.rules[rule], ...(exemption && { exemption }), issues: [] };
}

/** The tax of the seller's place, unless these services are exempt there or bear a zero rate. */
function taxedHere(question: TaxQuestion, seller: string, situation: string, rule: TaxRule): TaxDecision {
  const words = taxWords(question.language);
  const standard = standardRate(question, seller, situation, rule);
  const unnamed = sellerIdIssue(question.seller.taxId);
  // BR-S-02, BR-Z-02, BR-E-02: who charges tax, or is freed of it, says under which id.
  const issues = unnamed === undefined ? [] : [unnamed];
  const { agreed } = question;
  if (agreed === undefined) return { ...standard, issues: [...issues, ...standard.issues] };
  const { category, code, reason } = agreed;
  return {
    category,
    basisPoints: 0,
    because: words.agreed(situation, reason),
    rule: agreed.rule,
    ...(category === "E" && { exemption: { ...(code !== undefined && { code }), reason } }),
    issues,
  };
}

function standardRate(
  { language, taxPoint }: TaxQuestion,
  country: string,
  situation: string,
  rule: TaxRule,
): TaxDecision {
  const words = taxWords(language);
  const basisPoints = standardRateOn(country, taxPoint);
  if (typeof basisPoints === "number") {
    const because = words.standardRate(situation, basisPoints, taxPoint);
    return { category: "S", basisPoints, because, rule: words.rules[rule], issues: [] };
  }
  const because = words.noRate(country, taxPoint);
  const { noRate } = taxWords("en");
  const issue = { code: "tax_rate_missing", message: noRate(country, taxPoint) } as const;
  return { category: "S", basisPoints: 0, because, rule: words.rules[rule], issues: [issue] };
}

/**
 * No VAT only on proof that the buyer is the registered business it says it is; until then the seller's rate stands
 * in.
 */
function reverseCharge(question: TaxQuestion, seller: string, situation: string): TaxDecision {
  const words = taxWords(question.language);
  const check = question.evidence.vatIdCheck;
  const issues = [vatIdIssue(question.buyer, check), sellerIdIssue(question.seller.taxId)].filter((issue) => !!issue);
  if (check && issues.length === 0) {
    return {
      category: "AE",
      basisPoints: 0,
      because: words.reversed(situation, normalTaxId(check.taxId)),
      rule: words.rules.eu_business,
      exemption: { code: taxCategories.AE.exemption, reason: words.exemptions.AE },
      evidence: check,
      issues,
    };
  }
  const provisional = standardRate(question, seller, words.unproven(situation), "eu_business");
  return { ...provisional, ...(check && { evidence: check }), issues: [...issues, ...provisional.issues] };
}

function sellerIdIssue(taxId: string | undefined): TaxIssue | undefined {
  if (taxId) return undefined;
  return {
    code: "tax_seller_id_missing",
    message: "The seller's own VAT id must stand on the invoice, and is not on file.",
  };
}

/**
 * To consumers elsewhere, consulting, legal and engineering work bears no VAT and other services do: a person must
 * say which.
 */
function unclear(question: TaxQuestion, seller: string, situation: string): TaxDecision {
  const provisional = standardRate(question, seller, situation, "eu_consumer_abroad");
  const { abroad, unclear: sentence } = taxWords("en");
  const buyer = vatAreaOf(question.buyer.country);
  const message = sentence(abroad({ seller, buyer, isBusiness: question.buyer.isBusiness }));
  return { ...provisional, issues: [{ code: "tax_treatment_unclear", message }, ...provisional.issues] };
}
