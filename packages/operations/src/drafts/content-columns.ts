import type { InvoiceId, InvoiceLineId } from "@plumbline/domain/id";
import { canonicalJson } from "@plumbline/domain/policy/canonical-json";
import { signedMinor } from "@plumbline/domain/rating/adjustment";
import type { ChargeClaim } from "@plumbline/domain/rating/charge";
import type { TaxDecision } from "@plumbline/domain/tax/tax-decision";
import { taxWords } from "@plumbline/domain/tax/tax-words";
import type { TaxTotal } from "@plumbline/domain/tax/tax-summary";
import type { Column } from "@plumbline/platform/sql";
import type { StoredLimit } from "../limits/load-limits.ts";
import type { Draft, DraftAdjustment } from "./assemble-drafts.ts";
import type { DraftLine } from "./draft-line.ts";

/**
 * What a draft is stored as, but for identifiers and who did it when. Saving writes these columns, and recomputing compares
 * them: a column that is added here is in both.
 */
export const headerColumns: Columns<Draft> = {
  kind: ["text", (draft) => draft.kind],
  legal_entity_id: ["uuid", (draft) => draft.engagement.entityId],
  client_id: ["uuid", (draft) => draft.engagement.clientId],
  payer_id: ["uuid", (draft) => draft.engagement.payerId],
  delivery_profile_id: ["uuid", (draft) => draft.engagement.profileId],
  engagement_id: ["uuid", (draft) => draft.engagementId],
  project_id: ["uuid", (draft) => draft.projectId],
  purchase_order_id: ["uuid", (draft) => draft.engagement.order?.id],
  currency: ["text", (draft) => draft.engagement.currency],
  payment_terms_days: ["int", (draft) => draft.paymentTermsDays],
  early_payment: ["text", ({ earlyPayment }) => earlyPayment && canonicalJson(earlyPayment)],
  tax_point_rule: ["text", ({ taxPoint }) => taxPoint?.rule ?? "service_end"],
  tax_point_days: ["int", ({ taxPoint }) => taxPoint?.withinDays],
  tax_point_on: ["date", ({ taxPoint }) => taxPoint?.on],
  withheld_minor: ["bigint", ({ withholding }) => withholding?.amountMinor ?? 0n],
  withholding_bp: ["int", ({ withholding }) => withholding?.basisPoints],
  withholding_of: ["text", ({ withholding }) => withholding?.of],
  withholding_reference: ["text", ({ withholding }) => withholding?.reference],
  tax_rounding: ["text", (draft) => draft.engagement.taxRounding ?? "document"],
  minutes: ["bigint", (draft) => draft.minutes],
  adjusted_minor: ["bigint", (draft) => draft.adjustedMinor],
  net_minor: ["bigint", (draft) => draft.netMinor],
  tax_minor: ["bigint", (draft) => draft.taxMinor],
  total_minor: ["bigint", (draft) => draft.totalMinor],
};

export const lineColumns: Columns<DraftLine & OfDraft> = {
  position: ["int", (line) => line.position],
  engagement_id: ["uuid", (line) => line.engagementId],
  project_id: ["uuid", (line) => line.projectId],
  description: ["text", (line) => line.description],
  quantity: ["numeric", (line) => line.quantity],
  unit: ["text", (line) => line.unit],
  minutes: ["bigint", (line) => line.minutes],
  price_minor: ["bigint", (line) => line.priceMinor],
  price_base: ["int", (line) => line.priceBase],
  retained_minor: ["bigint", (line) => line.retainedMinor],
  adjusted_minor: ["bigint", (line) => line.adjustments.reduce((sum, each) => sum + signedMinor(each), 0n)],
  spread_minor: ["bigint", (line) => line.spreadMinor],
  net_minor: ["bigint", (line) => line.netMinor],
  earned_from: ["date", (line) => line.earned?.start],
  earned_until: ["date", (line) => line.earned?.end],
  deducts: ["uuid", (line) => line.deducts],
  retaxes: ["uuid", (line) => line.retaxes],
  tax_category: ["text", (line) => line.tax.category],
  tax_bp: ["int", (line) => line.tax.basisPoints],
  rate_id: ["uuid", (line) => line.rateId],
  because: ["text", (line) => line.because],
  no_charge: ["boolean", (line) => line.writeDown?.kind === "no_charge"],
  cost_centre: ["text", (line) => line.part?.costCentre],
};

export const adjustmentColumns: Columns<StoredAdjustment> = {
  position: ["int", ({ position }) => position],
  engagement_id: ["uuid", ({ engagementId }) => engagementId],
  kind: ["text", ({ kind }) => kind],
  amount_minor: ["bigint", ({ amountMinor }) => amountMinor],
  share_bp: ["int", ({ share }) => share?.basisPoints],
  base_minor: ["bigint", ({ share }) => share?.baseMinor],
  tax_category: ["text", ({ category }) => category],
  tax_bp: ["int", ({ basisPoints }) => basisPoints],
  reason_code: ["text", ({ code }) => code],
  reason: ["text", ({ reason }) => reason],
  because: ["text", ({ because }) => because],
  write_down_id: ["uuid", ({ writeDownId }) => writeDownId],
};

export const taxColumns: Columns<TaxTotal & OfDraft> = {
  category: ["text", (tax) => tax.category],
  basis_points: ["int", (tax) => tax.basisPoints],
  base_minor: ["bigint", (tax) => tax.baseMinor],
  tax_minor: ["bigint", (tax) => tax.taxMinor],
  because: ["text", (tax) => reasonOf(tax, tax.draft)],
  jurisdiction: ["text", (tax) => tax.component?.jurisdiction],
  jurisdiction_name: ["text", (tax) => tax.component?.name],
  level: ["text", (tax) => tax.component?.level],
  rate_millionths: ["int", (tax) => tax.component?.rateMillionths],
  certificate_id: ["uuid", (tax) => tax.draft.decisions[0].certificateId],
  exemption_code: ["text", (tax) => tax.draft.decisions[0].exemption?.code],
  exemption_reason: ["text", (tax) => tax.draft.decisions[0].exemption?.reason],
  evidence_id: ["uuid", (tax) => evidenceOf(tax.draft)],
};

export const claimColumns: Columns<ChargeClaim> = {
  work_item_id: ["uuid", (claim) => claim.work.id],
  work_item_version: ["int", (claim) => claim.work.version],
  share: ["int", (claim) => claim.work.share],
  partial: [
    "boolean",
    (claim) => claim.work.share > 0 || claim.part !== undefined || claim.minutes < claim.work.minutes,
  ],
  minutes: ["int", (claim) => claim.minutes],
  billed_minutes: ["int", (claim) => claim.billedMinutes],
  part: ["int", (claim) => claim.part?.position ?? 0],
  split_id: ["uuid", (claim) => claim.part?.splitId],
  whole_minutes: ["int", (claim) => claim.part?.wholeMinutes],
  amount_minor: ["bigint", (claim) => claim.amountMinor],
};

export const useColumns: Columns<{ readonly limit: StoredLimit; readonly amount: bigint }> = {
  limit_id: ["uuid", ({ limit }) => limit.id],
  amount: ["bigint", ({ amount }) => amount],
};

export type Columns<Row> = Readonly<Record<string, Column<Row>>>;
type OfDraft = { readonly draft: Draft };

export const linesOf = (draft: Draft): (DraftLine & OfDraft)[] => draft.lines.map((line) => ({ ...line, draft }));
export const taxesOf = (draft: Draft): (TaxTotal & OfDraft)[] => draft.taxes.map((tax) => ({ ...tax, draft }));

/** Why the tax is what it is; a part of a sales tax begins with its own rate, and a deposit's rate is its own. */
const reasonOf = ({ component, category, basisPoints }: TaxTotal, { decisions, engagement, lines }: Draft): string => {
  const isOf = (tax: TaxDecision) => tax.category === category && tax.basisPoints === basisPoints;
  const ofDraft = component === undefined ? decisions.filter(isOf) : decisions;
  const stated = ofDraft.length > 0 ? ofDraft : new Set(lines.map(({ tax }) => tax).filter(isOf));
  return [
    component?.because ?? [],
    [...stated].map(({ because, rule }) => `${because} ${rule}.`),
    engagement.taxRounding === "line" && basisPoints > 0 ? taxWords(engagement.language).roundedByLine : [],
  ]
    .flat()
    .join(" ");
};
type StoredAdjustment = DraftAdjustment & {
  readonly position: number;
  readonly invoiceId: InvoiceId;
  readonly lineId: InvoiceLineId | undefined;
};

/** Of the lines in their order, then of the invoice as a whole. */
export const adjustmentsOf = (draft: Draft): StoredAdjustment[] =>
  [
    ...draft.lines.flatMap(({ id, adjustments, engagementId, tax: { category, basisPoints } }) =>
      adjustments.map((each) => ({ ...each, lineId: id, engagementId, category, basisPoints })),
    ),
    ...draft.adjustments.map((each) => ({ ...each, lineId: undefined })),
  ].map((each, index) => ({ ...each, position: index + 1, invoiceId: draft.id }));

/** The check that an engagement's treatment rests on; a treatment of its own rests on none. */
const evidenceOf = ({ engagement, decisions }: Draft): string | undefined =>
  decisions.includes(engagement.tax) ? engagement.taxEvidenceId : undefined;
