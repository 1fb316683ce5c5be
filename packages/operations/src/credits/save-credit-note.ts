import type { CorrectionCode } from "@plumbline/domain/credit/correction";
import { sameTax } from "@plumbline/domain/credit/credit-taxes";
import type { CreditedLine } from "@plumbline/domain/credit/credit-lines";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { contentText } from "@plumbline/domain/invoice/content";
import { saveConversions } from "../fx/stored-conversions.ts";
import { convertBack, type TaxConversion } from "@plumbline/domain/tax/tax-conversion";
import type { TaxTotal } from "@plumbline/domain/tax/tax-summary";
import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { Creditable, StoredLine, StoredTax } from "./credit-store.ts";
import { lineWords, taxWords } from "./credit-words.ts";

type Content = {
  readonly credited: readonly CreditedLine<StoredLine>[];
  readonly taxes: readonly TaxTotal[];
  readonly code: CorrectionCode;
  readonly reason: string;
  readonly rebills: boolean;
};

/** Writes a credit note as a draft: header, lines with what they take back, and taxes. It claims no work. */
export async function saveCreditNote(scope: Scope, invoice: Creditable, content: Content): Promise<InvoiceId> {
  const id = scope.newId<"invoice">();
  const contentHash = contentHashOf(invoice, content);
  const { code, reason } = content;
  await saveHeader(scope, invoice, { ...content, id, contentHash });
  await saveLines(scope, invoice, { ...content, id });
  const conversion = conversionBack(invoice, content.taxes);
  await saveConversions(scope, conversion ? [{ ...conversion, invoiceId: id, contentVersion: 1 }] : []);
  await insertRows(scope.tx, "tax_determinations", content.taxes, {
    id: ["uuid", () => scope.newId()],
    invoice_id: ["uuid", () => id],
    content_version: ["int", () => 1],
    category: ["text", (tax) => tax.category],
    basis_points: ["int", (tax) => tax.basisPoints],
    base_minor: ["bigint", (tax) => tax.baseMinor],
    tax_minor: ["bigint", (tax) => tax.taxMinor],
    because: ["text", (tax) => taxWords(billedAs(invoice, tax).because, invoice)],
    jurisdiction: ["text", ({ component }) => component?.jurisdiction],
    jurisdiction_name: ["text", ({ component }) => component?.name],
    level: ["text", ({ component }) => component?.level],
    rate_millionths: ["int", ({ component }) => component?.rateMillionths],
    certificate_id: ["uuid", (tax) => billedAs(invoice, tax).certificateId],
    exemption_code: ["text", (tax) => billedAs(invoice, tax).exemptionCode],
    exemption_reason: ["text", (tax) => billedAs(invoice, tax).exemptionReason],
    evidence_id: ["uuid", (tax) => billedAs(invoice, tax).evidenceId],
  });
  await scope.emit([
    { name: "invoice.drafted", subjectId: id, data: { contentHash, reason } },
    { name: "invoice.credit_drafted", subjectId: invoice.id, data: { creditNoteId: id, code, reason } },
  ]);
  await scope.audit([
    { action: "invoice.drafted", subjectId: id, afterHash: contentHash, reason },
    { action: "invoice.credit_drafted", subjectId: invoice.id, reason },
  ]);
  return id;
}

/** The tax of the invoice that a tax of its credit note takes back from: `creditTaxes` saw that there is one. */
const billedAs = ({ taxes }: Creditable, tax: TaxTotal): StoredTax =>
  taxes.find((billed) => sameTax(billed, tax)) as StoredTax;

/** At the rate of the invoice, whatever rates are today. */
function conversionBack(invoice: Creditable, taxes: readonly TaxTotal[]): TaxConversion | undefined {
  const taxMinor = sum(taxes.map((tax) => tax.taxMinor));
  if (invoice.conversion === undefined || taxMinor === 0n) return undefined;
  const { leftMinor: convertedMinor, ...conversion } = invoice.conversion;
  const left = { taxMinor: sum(invoice.taxes.map((tax) => tax.taxMinor)), convertedMinor };
  return { ...conversion, taxMinor: convertBack(taxMinor, left, conversion) };
}

const sum = (parts: readonly bigint[]): bigint => parts.reduce((total, part) => total + part, 0n);

function contentHashOf(invoice: Creditable, { credited, taxes, code, reason, rebills }: Content): string {
  const { entityId, clientId, payerId, currency, period, taxRounding } = invoice;
  const conversion = conversionBack(invoice, taxes);
  return sha256(
    contentText({
      entityId,
      clientId,
      payerId,
      currency,
      // The database's own text of two dates.
      period: { start: period.start as LocalDate, end: period.end as LocalDate },
      orderId: undefined,
      paymentTermsDays: 0,
      lines: credited.map((line, index) => ({
        ...line,
        position: index + 1,
        projectId: line.corrects.projectId,
        description: line.corrects.description,
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

/** As the invoice: whose it is, what it is about. What is credited is due at once. */
async function saveHeader(
  scope: Scope,
  invoice: Creditable,
  note: Content & { readonly id: InvoiceId; readonly contentHash: string },
): Promise<void> {
  const netMinor = sum(note.credited.map((line) => line.netMinor));
  const taxMinor = sum(note.taxes.map((tax) => tax.taxMinor));
  await query(
    scope.tx,
    `insert into invoices (tenant_id, id, kind, corrects, correction_code, correction_reason, rebills, billing_run_id, legal_entity_id,
            client_id, payer_id, delivery_profile_id, engagement_id, project_id, currency, period_start, period_end,
            payment_terms_days, tax_rounding, content_hash, minutes, net_minor, tax_minor, total_minor, bundle_hash, prepared_by)
     select tenant_id, ?, 'credit_note', id, ?, ?, ?, billing_run_id, legal_entity_id,
            client_id, payer_id, delivery_profile_id, engagement_id, project_id, currency, period_start, period_end,
            0, tax_rounding, ?, ?, ?, ?, ?, bundle_hash, (select app.actor())
       from invoices where id = ?`,
    [
      note.id,
      note.code,
      note.reason,
      note.rebills,
      note.contentHash,
      note.credited.reduce((total, { minutes }) => total + minutes, 0),
      String(netMinor),
      String(taxMinor),
      String(netMinor + taxMinor),
      invoice.id,
    ],
  );
}

async function saveLines(
  scope: Scope,
  invoice: Creditable,
  { id, credited }: Content & { readonly id: InvoiceId },
): Promise<void> {
  const lines = credited.map((line, index) => ({ ...line, id: scope.newId<"invoice-line">(), position: index + 1 }));
  await insertRows(scope.tx, "invoice_lines", lines, {
    id: ["uuid", (line) => line.id],
    invoice_id: ["uuid", () => id],
    content_version: ["int", () => 1],
    position: ["int", (line) => line.position],
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
    because: ["text", (line) => lineWords(line, invoice)],
  });
  await insertRows(scope.tx, "credit_lines", lines, {
    line_id: ["uuid", (line) => line.id],
    corrected_line_id: ["uuid", ({ corrects }) => corrects.id],
    treatment: ["text", ({ treatment }) => treatment],
    quantity: ["numeric", ({ quantityBack }) => quantityBack],
  });
}
