import type { Period } from "@plumbline/domain/calendar/period";
import type { EarlyPayment } from "@plumbline/domain/engagement/early-payment";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Exemption } from "@plumbline/domain/tax/exemption";
import type { Adjustment } from "@plumbline/domain/rating/adjustment";
import type { WriteDownKind } from "@plumbline/domain/rating/write-down";
import type { TaxCategory } from "@plumbline/domain/tax/category";
import type { TaxConversion } from "@plumbline/domain/tax/tax-conversion";
import type { TaxTotal } from "@plumbline/domain/tax/tax-summary";
import type { TaxPoint } from "@plumbline/domain/tax/tax-point";
import type { TaxRounding } from "@plumbline/domain/tax/tax-rounding";
import type { LineUnit } from "./line-unit.ts";

/** What a person approves. Fields derived at issue (number, issue and due date) are not part of it. */
export type InvoiceContent = {
  readonly entityId: string;
  readonly clientId: string;
  readonly payerId: string;
  readonly currency: Currency;
  readonly period: Period;
  readonly orderId: string | undefined;
  readonly paymentTermsDays: number;
  readonly lines: readonly ContentLine[];
  readonly taxes: readonly TaxTotal[];
  /** Present when a person confirmed that the law exempts the services. */
  readonly exemption?: Exemption;
  /** Of a credit note: what it takes back, from which line, and what becomes of the work. */
  readonly correction?: {
    readonly corrects: string;
    readonly code: string;
    readonly reason: string;
    readonly lines: readonly (readonly [line: string, treatment: string, quantity: string])[];
    /** Whether what is rebillable is drafted anew with it. */
    readonly rebills?: boolean;
  };
  /** Discounts and surcharges of the invoice. */
  readonly adjustments?: readonly ContentAdjustment[];
  /** By `document` when absent. */
  readonly taxRounding?: TaxRounding;
  /** Present when the tax is converted, by a rate that is approved with it. */
  readonly conversion?: TaxConversion;
  readonly kind?: "deposit";
  /** Absent where VAT is due at the end of the service. */
  readonly taxPoint?: TaxPoint;
  /** What the client is expected to keep for its tax authority. */
  readonly withholding?: {
    readonly basisPoints: number;
    readonly of: string;
    readonly reference: string;
    readonly amountMinor: bigint;
  };
  /** What the client may keep for paying early. */
  readonly earlyPayment?: readonly EarlyPayment[];
};

export type ContentAdjustment = Adjustment & { readonly category: TaxCategory; readonly basisPoints: number };

export type ContentLine = {
  readonly position: number;
  readonly projectId: string | undefined;
  readonly description: string;
  readonly minutes: number;
  readonly priceMinor: bigint;
  readonly netMinor: bigint;
  /** Decimal text, in `unit`. */
  readonly quantity: string;
  readonly unit: LineUnit;
  readonly priceBase: number;
  readonly retainedMinor: bigint;
  readonly adjustments?: readonly Adjustment[];
  /** The deposit that the line takes off, or whose rate of tax it brings to a part of the supply. */
  readonly deducts?: string | undefined;
  readonly retaxes?: string | undefined;
  /** Present when a person took something off: that it costs nothing is approved with it. */
  readonly writeDown?: { readonly kind: WriteDownKind };
  /** Present when somebody bears a part, and accounts for it somewhere (EN 16931, BT-133). */
  readonly part?: { readonly costCentre: string | undefined };
};

/**
 * The content as one line of text, the same on every machine: what the content hash is computed over.
 * Members are written in a fixed order. What not every invoice has is appended under its name and left out when it is
 * absent, so that contents from before keep their text; anything else added raises the first entry.
 */
export function contentText(content: InvoiceContent): string {
  return JSON.stringify([
    "content@3",
    content.entityId,
    content.clientId,
    content.payerId,
    content.currency,
    content.period.start,
    content.period.end,
    content.orderId ?? null,
    content.paymentTermsDays,
    content.lines.map((line) => [
      line.position,
      line.projectId ?? null,
      line.description,
      line.minutes,
      String(line.priceMinor),
      String(line.netMinor),
      line.quantity,
      line.unit,
      line.priceBase,
      String(line.retainedMinor),
      ...named("adjustments", line.adjustments?.map(adjustmentEntry)),
      ...named("deducts", line.deducts === undefined ? undefined : [line.deducts]),
      ...named("retaxes", line.retaxes === undefined ? undefined : [line.retaxes]),
      ...named("decided", line.writeDown && [line.writeDown.kind]),
      ...named("costCentre", line.part?.costCentre === undefined ? undefined : [line.part.costCentre]),
    ]),
    content.taxes.map((tax) => [
      tax.category,
      tax.basisPoints,
      String(tax.baseMinor),
      String(tax.taxMinor),
      ...(tax.component === undefined ? [] : [tax.component.jurisdiction, tax.component.rateMillionths]),
    ]),
    // Optional members follow under their names: content without them keeps the text it always had.
    ...(content.exemption === undefined
      ? []
      : [{ exemption: [content.exemption.code ?? null, content.exemption.reason] }]),
    ...(content.correction === undefined ? [] : [{ correction: correctionOf(content.correction) }]),
    ...named(
      "adjustments",
      content.adjustments?.map((each) => [...adjustmentEntry(each), each.category, each.basisPoints]),
    ),
    ...named("taxRounding", content.taxRounding === "line" ? ["line"] : undefined),
    ...(content.conversion === undefined ? [] : [{ conversion: conversionEntry(content.conversion) }]),
    ...named("kind", content.kind === undefined ? undefined : [content.kind]),
    ...named("withholding", content.withholding && withholdingEntry(content.withholding)),
    ...named(
      "taxPoint",
      content.taxPoint && [content.taxPoint.rule, content.taxPoint.withinDays ?? null, content.taxPoint.on ?? null],
    ),
    ...named(
      "earlyPayment",
      content.earlyPayment?.map(({ days, basisPoints }) => [days, basisPoints]),
    ),
  ]);
}

const conversionEntry = ({ currency, taxMinor, fixedAt, rate }: TaxConversion) =>
  [currency, String(taxMinor), fixedAt, rate.base, rate.quote, rate.rate, rate.on, rate.source] as const;

const correctionOf = ({ corrects, code, reason, lines, rebills }: NonNullable<InvoiceContent["correction"]>) =>
  [corrects, code, reason, lines, ...(rebills === true ? ["rebills"] : [])] as const;

const withholdingEntry = ({ basisPoints, of, reference, amountMinor }: NonNullable<InvoiceContent["withholding"]>) => [
  basisPoints,
  of,
  reference,
  String(amountMinor),
];

const named = (name: string, entries: readonly unknown[] | undefined): readonly unknown[] =>
  entries === undefined || entries.length === 0 ? [] : [{ [name]: entries }];

const adjustmentEntry = ({ kind, amountMinor, share, code, reason }: Adjustment): readonly unknown[] => [
  kind,
  String(amountMinor),
  share === undefined ? null : [share.basisPoints, String(share.baseMinor)],
  code,
  reason,
];
