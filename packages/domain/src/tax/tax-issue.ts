/** Why a tax decision cannot be relied on yet. `message` is for the person who has to cure it. */
export type TaxIssue = {
  readonly code:
    | "tax_evidence_missing"
    | "tax_evidence_pending"
    | "tax_evidence_invalid"
    | "tax_seller_id_missing"
    | "tax_treatment_unclear"
    | "tax_jurisdiction_missing"
    | "tax_service_missing"
    | "tax_taxability_unknown"
    | "tax_certificate_expired"
    | "tax_rate_missing"
    | "tax_rate_invalid"
    | "tax_categories_mixed";
  readonly message: string;
};
