import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { TaxCategory } from "./category.ts";
import { countryName, percentText, standardRateOn } from "./rates.ts";
import type { TaxIssue } from "./tax-issue.ts";
import { isInEu, vatAreaOf } from "./vat-area.ts";
import { normalTaxId, vatIdIssue, type VatIdCheck } from "./vat-id-check.ts";

export type TaxQuestion = {
  /** Countries are ISO 3166-1 alpha-2. */
  readonly seller: { readonly country: string; readonly taxId?: string };
  readonly buyer: { readonly country: string; readonly taxId?: string; readonly isBusiness: boolean };
  readonly evidence: { readonly vatIdCheck?: VatIdCheck };
  /** When the service counts as supplied. Rates and memberships are those of this day. */
  readonly taxPoint: LocalDate;
};

export type TaxDecision = {
  readonly category: TaxCategory;
  /** 1900 is 19 %; 0 for every category without a rate. */
  readonly basisPoints: number;
  /** One sentence a client can be shown. */
  readonly because: string;
  readonly rule: string;
  /** What the decision rests on, to be kept with the invoice. */
  readonly evidence?: VatIdCheck;
  /**
   * Settled only when empty. With an issue the category is provisional, and never a zero rate the evidence must still
   * earn.
   */
  readonly issues: readonly TaxIssue[];
};

/** How countries outside the EU treat a service to a business abroad. */
const exportsOfServices: Readonly<Record<string, { readonly category: TaxCategory; readonly rule: string }>> = {
  GB: { category: "O", rule: "Section 7A of the Value Added Tax Act 1994" },
  CH: { category: "O", rule: "Article 8(1) of the Swiss VAT Act" },
  NO: { category: "Z", rule: "Section 6-22 of the Norwegian VAT Act" },
};

/**
 * Decides the VAT on a professional service under the general rules for place of supply. Services with rules of their
 * own (immovable property, events, passenger transport) and a seller's exemptions are for an external tax engine.
 */
export function decideTax(question: TaxQuestion): TaxDecision {
  const { taxPoint } = question;
  const seller = vatAreaOf(question.seller.country);
  const buyer = vatAreaOf(question.buyer.country);
  const buyerKind = question.buyer.isBusiness ? "a business" : "a consumer";
  const abroad = `The service goes from ${countryName(seller)} to ${buyerKind} in ${countryName(buyer)}`;

  if (standardRateOn(seller, taxPoint) === "none") {
    const because = `The seller is in ${countryName(seller)}, which has no value added tax.`;
    return {
      category: "O",
      basisPoints: 0,
      because,
      rule: "No VAT; sales tax is not in the built-in rules",
      issues: [],
    };
  }
  if (seller === buyer) {
    return standard(seller, taxPoint, `Seller and buyer are both in ${countryName(seller)}`);
  }
  if (isInEu(seller, taxPoint) && isInEu(buyer, taxPoint)) {
    if (question.buyer.isBusiness) return reverseCharge(question, seller, abroad);
    return standard(seller, taxPoint, abroad, "Article 45 of Directive 2006/112/EC");
  }
  const way = isInEu(seller, taxPoint)
    ? ({ category: "O", rule: "Article 44 of Directive 2006/112/EC" } as const)
    : exportsOfServices[seller];
  if (!way) return standard(seller, taxPoint, abroad);
  if (!question.buyer.isBusiness) return unclear(seller, taxPoint, abroad);
  const because = `${abroad}, so it is supplied where the buyer is and bears no VAT here.`;
  return { ...way, basisPoints: 0, because, issues: [] };
}

/** Whether an invoice may rest on the decision. */
export const isSettled = (decision: TaxDecision): boolean => decision.issues.length === 0;

function standard(
  country: string,
  on: LocalDate,
  situation: string,
  rule = "Standard rate at the seller's place",
): TaxDecision {
  const basisPoints = standardRateOn(country, on);
  if (typeof basisPoints === "number") {
    const because = `${situation}, so the standard rate of ${percentText(basisPoints)} in force on ${on} applies.`;
    return { category: "S", basisPoints, because, rule, issues: [] };
  }
  const message = `The built-in rules hold no rate for ${countryName(country)} on ${on}.`;
  return { category: "S", basisPoints: 0, because: message, rule, issues: [{ code: "tax_rate_missing", message }] };
}

/**
 * No VAT only on proof that the buyer is the registered business it says it is; until then the seller's rate stands
 * in.
 */
function reverseCharge(question: TaxQuestion, seller: string, situation: string): TaxDecision {
  const rule = "Article 196 of Directive 2006/112/EC";
  const check = question.evidence.vatIdCheck;
  const issues = [vatIdIssue(question.buyer, check), sellerIdIssue(question.seller.taxId)].filter((issue) => !!issue);
  if (check && issues.length === 0) {
    const because = `${situation} with the VAT id ${normalTaxId(check.taxId)}, so the buyer accounts for the VAT.`;
    return { category: "AE", basisPoints: 0, because, rule, evidence: check, issues };
  }
  const provisional = standard(seller, question.taxPoint, `${situation}, whose VAT id is not proved yet`, rule);
  return { ...provisional, ...(check && { evidence: check }), issues: [...issues, ...provisional.issues] };
}

function sellerIdIssue(taxId: string | undefined): TaxIssue | undefined {
  if (taxId) return undefined;
  return { code: "tax_seller_id_missing", message: "Reverse charge needs the seller's own VAT id on the invoice." };
}

/**
 * To consumers elsewhere, consulting, legal and engineering work bears no VAT and other services do: a person must
 * say which.
 */
function unclear(seller: string, on: LocalDate, situation: string): TaxDecision {
  const provisional = standard(seller, on, situation, "Articles 45 and 59 of Directive 2006/112/EC");
  const message = `${situation}; whether it bears VAT depends on the kind of service, which a person must confirm.`;
  return { ...provisional, issues: [{ code: "tax_treatment_unclear", message }, ...provisional.issues] };
}
