import type { CorrectionCode } from "@plumbline/domain/credit/correction";
import type { CreditIssue } from "@plumbline/domain/credit/credit-issue";
import { type CreditAsk, type CreditedLine, creditLines } from "@plumbline/domain/credit/credit-lines";
import { creditTaxes, sameTax } from "@plumbline/domain/credit/credit-taxes";
import { contentText } from "@plumbline/domain/invoice/content";
import { convertBack, type TaxConversion } from "@plumbline/domain/tax/tax-conversion";
import type { TaxTotal } from "@plumbline/domain/tax/tax-summary";
import { sha256 } from "@plumbline/platform/hash";
import type { Columns } from "../drafts/content-columns.ts";
import type { Creditable, StoredLine, StoredTax } from "./credit-store.ts";
import { lineWords, taxWords } from "./credit-words.ts";

/** What is asked for, and why. */
export type CreditAsked = {
  readonly asks: readonly CreditAsk[];
  readonly code: CorrectionCode;
  readonly reason: string;
  readonly rebills: boolean;
};

/** All that a credit note says. */
export type CreditNote = CreditAsked & {
  readonly invoice: Creditable;
  readonly credited: readonly CreditedLine<StoredLine>[];
  readonly taxes: readonly TaxTotal[];
  /** Absent where the invoice was not converted, or no tax is taken back. */
  readonly conversion: TaxConversion | undefined;
  readonly minutes: number;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
};

/**
 * What a credit note comes to: the mirror of what it takes back, with its part of the tax. Pure, so that it can be made anew
 * from what was left of the invoice when it was drafted.
 */
export function makeCreditNote(
  invoice: Creditable,
  asked: CreditAsked,
): { readonly note: CreditNote; readonly issues: readonly CreditIssue[] } {
  const { credited, issues } = creditLines(invoice.lines, asked.asks);
  const taxes = creditTaxes(credited, invoice.taxes, invoice.taxRounding);
  const netMinor = sum(credited.map((line) => line.netMinor));
  const taxMinor = sum(taxes.map((tax) => tax.taxMinor));
  const note = {
    ...asked,
    invoice,
    credited,
    taxes,
    conversion: conversionBack(invoice, taxMinor),
    minutes: credited.reduce((total, { minutes }) => total + minutes, 0),
    netMinor,
    taxMinor,
    totalMinor: netMinor + taxMinor,
  };
  return { note, issues };
}

/** At the rate of the invoice, whatever rates are today. */
function conversionBack({ conversion, taxes }: Creditable, taxMinor: bigint): TaxConversion | undefined {
  if (conversion === undefined || taxMinor === 0n) return undefined;
  const { leftMinor: convertedMinor, ...converted } = conversion;
  const left = { taxMinor: sum(taxes.map((tax) => tax.taxMinor)), convertedMinor };
  return { ...converted, taxMinor: convertBack(taxMinor, left, converted) };
}

const sum = (parts: readonly bigint[]): bigint => parts.reduce((total, part) => total + part, 0n);

export function creditHashOf({ invoice, credited, taxes, conversion, code, reason, rebills }: CreditNote): string {
  const { entityId, clientId, payerId, currency, period, taxRounding } = invoice;
  return sha256(
    contentText({
      entityId,
      clientId,
      payerId,
      currency,
      period,
      orderId: undefined,
      paymentTermsDays: 0,
      lines: credited.map((line, index) => ({
        ...line,
        position: index + 1,
        projectId: line.corrects.projectId,
        description: line.corrects.description,
        ...(line.corrects.costCentre !== undefined && { part: { costCentre: line.corrects.costCentre } }),
      })),
      taxes,
      taxRounding,
      ...(conversion && { conversion }),
      correction: {
        corrects: invoice.id,
        code,
        reason,
        lines: credited.map(({ corrects, treatment, quantityBack }) => [corrects.id, treatment, quantityBack]),
        rebills,
      },
    }),
  );
}

/**
 * What a credit note is stored as, but for identifiers and who did it when. Saving writes these columns, and recomputing
 * compares them. As the invoice: whose it is, what it is about. What is credited is due at once.
 */
export const creditHeaderColumns: Columns<CreditNote> = {
  kind: ["text", () => "credit_note"],
  legal_entity_id: ["uuid", ({ invoice }) => invoice.entityId],
  client_id: ["uuid", ({ invoice }) => invoice.clientId],
  payer_id: ["uuid", ({ invoice }) => invoice.payerId],
  delivery_profile_id: ["uuid", ({ invoice }) => invoice.profileId],
  engagement_id: ["uuid", ({ invoice }) => invoice.engagementId],
  project_id: ["uuid", ({ invoice }) => invoice.projectId],
  currency: ["text", ({ invoice }) => invoice.currency],
  payment_terms_days: ["int", () => 0],
  tax_rounding: ["text", ({ invoice }) => invoice.taxRounding],
  minutes: ["bigint", ({ minutes }) => minutes],
  net_minor: ["bigint", ({ netMinor }) => netMinor],
  tax_minor: ["bigint", ({ taxMinor }) => taxMinor],
  total_minor: ["bigint", ({ totalMinor }) => totalMinor],
};

type NoteLine = CreditedLine<StoredLine> & { readonly note: CreditNote };
type NoteTax = TaxTotal & { readonly note: CreditNote };

export const creditLinesOf = (note: CreditNote): NoteLine[] => note.credited.map((line) => ({ ...line, note }));
export const creditTaxesOf = (note: CreditNote): NoteTax[] => note.taxes.map((tax) => ({ ...tax, note }));

export const creditLineColumns: Columns<NoteLine> = {
  position: ["int", (_, index) => index + 1],
  engagement_id: ["uuid", ({ corrects }) => corrects.engagementId],
  project_id: ["uuid", ({ corrects }) => corrects.projectId],
  description: ["text", ({ corrects }) => corrects.description],
  quantity: ["numeric", (line) => line.quantity],
  unit: ["text", (line) => line.unit],
  minutes: ["bigint", (line) => line.minutes],
  price_minor: ["bigint", (line) => line.priceMinor],
  price_base: ["int", (line) => line.priceBase],
  retained_minor: ["bigint", (line) => line.retainedMinor],
  net_minor: ["bigint", (line) => line.netMinor],
  // As what it takes back is earned, so is what it takes back.
  earned_from: ["date", ({ corrects }) => corrects.earned?.from],
  earned_until: ["date", ({ corrects }) => corrects.earned?.until],
  tax_category: ["text", ({ corrects }) => corrects.taxCategory],
  tax_bp: ["int", ({ corrects }) => corrects.taxBasisPoints],
  rate_id: ["uuid", ({ corrects }) => corrects.rateId],
  cost_centre: ["text", ({ corrects }) => corrects.costCentre],
  because: ["text", (line) => lineWords(line, line.note.invoice)],
};

export const creditTaxColumns: Columns<NoteTax> = {
  category: ["text", (tax) => tax.category],
  basis_points: ["int", (tax) => tax.basisPoints],
  base_minor: ["bigint", (tax) => tax.baseMinor],
  tax_minor: ["bigint", (tax) => tax.taxMinor],
  because: ["text", (tax) => taxWords(billedAs(tax).because, tax.note.invoice)],
  jurisdiction: ["text", ({ component }) => component?.jurisdiction],
  jurisdiction_name: ["text", ({ component }) => component?.name],
  level: ["text", ({ component }) => component?.level],
  rate_millionths: ["int", ({ component }) => component?.rateMillionths],
  certificate_id: ["uuid", (tax) => billedAs(tax).certificateId],
  exemption_code: ["text", (tax) => billedAs(tax).exemptionCode],
  exemption_reason: ["text", (tax) => billedAs(tax).exemptionReason],
  evidence_id: ["uuid", (tax) => billedAs(tax).evidenceId],
};

/** The tax of the invoice that a tax of its credit note takes back from: `creditTaxes` saw that there is one. */
const billedAs = (tax: NoteTax): StoredTax =>
  tax.note.invoice.taxes.find((billed) => sameTax(billed, tax)) as StoredTax;
