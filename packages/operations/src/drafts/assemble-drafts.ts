import type { EarlyPayment } from "@plumbline/domain/engagement/early-payment";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import { addDays } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, InvoiceId, ProjectId } from "@plumbline/domain/id";
import { signedMinor } from "@plumbline/domain/rating/adjustment";
import type { Charge } from "@plumbline/domain/rating/charge";
import { type InvoiceAdjustment, invoiceAdjustments } from "@plumbline/domain/rating/invoice-adjustment";
import { chargeNet, lineAdjustments } from "@plumbline/domain/rating/line-adjustment";
import { spreadAdjustments } from "@plumbline/domain/rating/spread-adjustments";
import { payingFor } from "../splits/divide-charges.ts";
import { deductionLines } from "../deposits/deduction-lines.ts";
import type { TaxIssue } from "@plumbline/domain/tax/tax-issue";
import { isSettled, type TaxDecision } from "@plumbline/domain/tax/decide-tax";
import { summariseTax, type TaxableLine, type TaxTotal } from "@plumbline/domain/tax/tax-summary";
import { conversionOf, isConvertible, type TaxConversion } from "@plumbline/domain/tax/tax-conversion";
import type { TaxPoint } from "@plumbline/domain/tax/tax-point";
import { treatmentOf } from "@plumbline/domain/tax/treatment";
import { newId } from "@plumbline/platform/new-id";
import { type Withholding, withheldOf, withheldUnder } from "./withhold.ts";
import type { DraftLine } from "./draft-line.ts";
import { type BookEngagement, heldOn, type RunBook } from "./run-book.ts";

/** A draft in memory: what becomes an invoice, its lines, taxes and claims. */
export type Draft = {
  readonly id: InvoiceId;
  readonly kind: "invoice" | "deposit";
  /** Absent where the end of the service says it. */
  readonly taxPoint?: TaxPoint;
  /** Of the first engagement on it; what it says about entity, client, payer and profile holds for all of them. */
  readonly engagement: BookEngagement;
  /** Set when the whole draft is of one engagement, or of one project. */
  readonly engagementId: string | undefined;
  readonly projectId: ProjectId | undefined;
  readonly missing: readonly string[];
  readonly lines: readonly DraftLine[];
  /** Discounts and surcharges on the fees of an engagement as a whole. */
  readonly adjustments: readonly DraftAdjustment[];
  readonly taxes: readonly TaxTotal[];
  /** Why these taxes: of the engagements, and of charges that are treated by themselves. All come to one treatment. */
  readonly decisions: readonly [TaxDecision, ...TaxDecision[]];
  readonly taxSettled: boolean;
  /** The tax in the currency it is declared in, when the rate is fixed with the draft. */
  readonly conversion: TaxConversion | undefined;
  readonly taxConvertible: boolean;
  readonly paymentTermsDays: number;
  /** What the client may keep for paying before that; absent when nothing. */
  readonly earlyPayment?: readonly EarlyPayment[];
  /** What the client is expected to keep for its tax authority; absent when nothing. */
  readonly withholding?: Withholding;
  readonly minutes: number;
  /** What the adjustments come to; part of the net. */
  readonly adjustedMinor: bigint;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
};

export type DraftAdjustment = InvoiceAdjustment & { readonly engagementId: EngagementId };

type OpenDraft = {
  readonly terms: EngagementTerms;
  readonly engagement: BookEngagement;
  readonly engagements: Map<string, BookEngagement>;
  readonly decisions: [TaxDecision, ...TaxDecision[]];
  readonly charges: Charge[];
};

/** Puts one client's charges on drafts, in the order they come: what may stand on one invoice is decided here alone. */
export function assembleDrafts(book: RunBook, charges: readonly Charge[]): Draft[] {
  const drafts = new Map<string, OpenDraft>();
  for (const charge of charges) draftFor(book, drafts, charge).charges.push(charge);
  const depositsLeft = new Map<InvoiceId, bigint>();
  return [...drafts.values()].map((draft) => closeDraft(book, draft, depositsLeft));
}

function draftFor(book: RunBook, drafts: Map<string, OpenDraft>, charge: Charge): OpenDraft {
  const engagement = payingFor(book, charge);
  const terms = engagement && heldOn(engagement.terms, charge.on)?.terms;
  if (engagement === undefined || terms === undefined)
    throw new Error(`engagement ${charge.engagementId} has no terms on ${charge.on}`);
  const { entityId, payerId, currency, profileId, order, grouping } = engagement;
  // What is outside the scope of tax never stands beside what bears it (EN 16931, BR-O-11).
  const tax = charge.tax ?? engagement.tax;
  const group = { client: "", po: "", engagement: engagement.id, project: charge.projectId ?? engagement.id }[grouping];
  // Where the client wants one invoice per order, engagements share it that bear its number; what has none stands together.
  const ordered = grouping === "po" ? order?.number : order?.id;
  const place = `${entityId}|${payerId}|${currency}|${profileId}|${ordered ?? ""}|${group}`;
  // An invoice has one due date, one discount for paying before it, and one withholding.
  const paid = JSON.stringify([terms.paymentTermsDays, terms.earlyPayment, withheldUnder(book, engagement)]);
  const key = `${place}|${treatmentOf(tax)}|${paid}`;
  let draft = drafts.get(key);
  if (draft === undefined) {
    draft = { terms, engagement, engagements: new Map(), decisions: [tax], charges: [] };
    drafts.set(key, draft);
  }
  draft.engagements.set(engagement.id, engagement);
  if (!draft.decisions.some((known) => sayTheSame(known, tax))) draft.decisions.push(tax);
  return draft;
}

function closeDraft(
  book: RunBook,
  { engagement, engagements, terms, decisions, charges }: OpenDraft,
  depositsLeft: Map<InvoiceId, bigint>,
): Draft {
  const charged = charges.map((charge, index) => ({
    ...charge,
    id: newId<"invoice-line">(),
    position: index + 1,
    tax: charge.tax ?? (engagements.get(charge.engagementId) ?? engagement).tax,
    adjustments: lineAdjustments(charge, engagement.currency),
    netMinor: chargeNet(charge),
  }));
  const adjustments = adjustmentsOf(book, [...engagements.values()], charged);
  const spread = spreadAdjustments(charged, adjustments, engagement.currency);
  const billed = charged.map((line, index): DraftLine => ({ ...line, spreadMinor: spread[index] ?? 0n }));
  // A deposit is the money of who paid it, whoever else bears a part.
  const isWhose = book.engagements.get(engagement.id)?.payerId === engagement.payerId;
  const deducted = isWhose ? deductionLines(book, { engagement, lines: billed, left: depositsLeft }) : [];
  const lines = [...billed, ...deducted];
  const { issues, ...sums } = sumDraft({ engagement, lines, adjustments });
  const agreed = [...engagements.values()];
  return {
    id: newId<"invoice">(),
    kind: "invoice",
    ...(engagement.taxPoint && { taxPoint: engagement.taxPoint }),
    engagement,
    engagementId: agreed.length === 1 ? engagement.id : undefined,
    projectId: engagement.grouping === "project" ? lines[0]?.projectId : undefined,
    missing: [...new Set(agreed.flatMap(({ missing }) => missing))],
    lines,
    adjustments,
    decisions,
    taxSettled: issues.length === 0 && decisions.every(isSettled),
    paymentTermsDays: terms.paymentTermsDays,
    ...(terms.earlyPayment !== undefined && sums.totalMinor > 0n && { earlyPayment: terms.earlyPayment }),
    ...withheldOf(withheldUnder(book, engagement), { ...sums, lines }),
    ...sums,
  };
}

/** What the lines of a draft come to, with its taxes and what is wrong with them. */
export function sumDraft({
  engagement,
  lines,
  adjustments,
}: Pick<Draft, "engagement" | "lines" | "adjustments">): Pick<
  Draft,
  "taxes" | "conversion" | "taxConvertible" | "minutes" | "adjustedMinor" | "netMinor" | "taxMinor" | "totalMinor"
> & { readonly issues: readonly TaxIssue[] } {
  const { totals, issues } = summariseTax(
    [...lines.map(taxable), ...adjustments.map((each) => ({ ...each, netMinor: signedMinor(each) }))],
    "half-up",
    engagement.taxRounding ?? "document",
  );
  const adjustedMinor = adjustments.reduce((sum, each) => sum + signedMinor(each), 0n);
  const netMinor = lines.reduce((sum, line) => sum + line.netMinor, adjustedMinor);
  const taxMinor = totals.reduce((sum, total) => sum + total.taxMinor, 0n);
  const conversion = conversionOf(taxMinor, engagement.fx);
  return {
    taxes: totals,
    issues,
    conversion,
    taxConvertible: isConvertible({ taxMinor, fx: engagement.fx, converted: conversion !== undefined }),
    minutes: lines.reduce((sum, line) => sum + line.minutes, 0),
    adjustedMinor,
    netMinor,
    taxMinor,
    totalMinor: netMinor + taxMinor,
  };
}

const taxable = ({ tax, netMinor }: Pick<DraftLine, "tax" | "netMinor">): TaxableLine => {
  const { category, basisPoints, components } = tax;
  return { category, basisPoints, netMinor, ...(components && { components }) };
};

/** As agreed for each engagement on the last day of the period. */
function adjustmentsOf(
  { period }: RunBook,
  engagements: readonly BookEngagement[],
  lines: readonly Omit<DraftLine, "spreadMinor">[],
): DraftAdjustment[] {
  const lastDay = addDays(period.end, -1);
  return engagements.flatMap(({ id, terms, currency, language }) => {
    const agreed = heldOn(terms, lastDay)?.terms.adjustments ?? [];
    if (agreed.length === 0) return [];
    const fees = lines.filter((line) => line.engagementId === id && line.nature === "fee").map(taxable);
    return invoiceAdjustments(agreed, { fees, currency, language }).map((each) => ({ ...each, engagementId: id }));
  });
}

/** Disbursements of a draft are each decided, in the same words. */
const sayTheSame = (left: TaxDecision, right: TaxDecision): boolean =>
  left === right || (left.because === right.because && left.rule === right.rule);
