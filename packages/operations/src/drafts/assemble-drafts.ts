import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { InvoiceId, InvoiceLineId, ProjectId } from "@plumbline/domain/id";
import type { Charge } from "@plumbline/domain/rating/charge";
import { lineNet } from "@plumbline/domain/rating/line-net";
import { summariseTax, type TaxTotal } from "@plumbline/domain/tax/tax-summary";
import { newId } from "@plumbline/platform/new-id";
import { type BookEngagement, heldOn, type RunBook } from "./run-book.ts";

/** A draft in memory: what becomes an invoice, its lines, taxes and claims. */
export type Draft = {
  readonly id: InvoiceId;
  /** Of the first engagement on it; what it says about entity, client, payer, profile and tax holds for all of them. */
  readonly engagement: BookEngagement;
  /** Set when the whole draft is of one engagement, or of one project. */
  readonly engagementId: string | undefined;
  readonly projectId: ProjectId | undefined;
  readonly missing: readonly string[];
  readonly lines: readonly DraftLine[];
  readonly taxes: readonly TaxTotal[];
  readonly taxSettled: boolean;
  readonly paymentTermsDays: number;
  readonly minutes: number;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
};

export type DraftLine = Charge & {
  readonly id: InvoiceLineId;
  readonly position: number;
  readonly netMinor: bigint;
};

type OpenDraft = {
  readonly terms: EngagementTerms;
  readonly engagement: BookEngagement;
  readonly engagements: Map<string, BookEngagement>;
  readonly charges: Charge[];
};

/** Puts one client's charges on drafts, in the order they come: what may stand on one invoice is decided here alone. */
export function assembleDrafts(book: RunBook, charges: readonly Charge[]): Draft[] {
  const drafts = new Map<string, OpenDraft>();
  for (const charge of charges) draftFor(book, drafts, charge).charges.push(charge);
  return [...drafts.values()].map(closeDraft);
}

function draftFor(book: RunBook, drafts: Map<string, OpenDraft>, charge: Charge): OpenDraft {
  const engagement = book.engagements.get(charge.engagementId);
  const terms = engagement && heldOn(engagement.terms, charge.on)?.terms;
  if (engagement === undefined || terms === undefined)
    throw new Error(`engagement ${charge.engagementId} has no terms on ${charge.on}`);
  const { entityId, payerId, currency, tax, profileId, order, grouping } = engagement;
  const group = { client: "", engagement: engagement.id, project: charge.projectId ?? engagement.id }[grouping];
  const key = `${entityId}|${payerId}|${currency}|${tax.category}|${tax.basisPoints}|${profileId}|${order?.id ?? ""}|${group}`;
  let draft = drafts.get(key);
  if (draft === undefined) {
    draft = { terms, engagement, engagements: new Map(), charges: [] };
    drafts.set(key, draft);
  }
  draft.engagements.set(engagement.id, engagement);
  return draft;
}

function closeDraft({ engagement, engagements, terms, charges }: OpenDraft): Draft {
  const lines = charges.map((charge, index) => ({
    ...charge,
    id: newId<"invoice-line">(),
    position: index + 1,
    netMinor: lineNet(charge),
  }));
  const { category, basisPoints } = engagement.tax;
  const { totals, issues } = summariseTax(
    lines.map(({ netMinor }) => ({ category, basisPoints, netMinor })),
    "half-up",
  );
  const netMinor = lines.reduce((sum, line) => sum + line.netMinor, 0n);
  const taxMinor = totals.reduce((sum, total) => sum + total.taxMinor, 0n);
  const all = [...engagements.values()];
  return {
    id: newId<"invoice">(),
    engagement,
    engagementId: all.length === 1 ? engagement.id : undefined,
    projectId: engagement.grouping === "project" ? lines[0]?.projectId : undefined,
    missing: [...new Set(all.flatMap(({ missing }) => missing))],
    lines,
    taxes: totals,
    taxSettled: issues.length === 0 && all.every(({ tax }) => tax.issues.length === 0),
    paymentTermsDays: terms.paymentTermsDays,
    minutes: lines.reduce((sum, line) => sum + line.minutes, 0),
    netMinor,
    taxMinor,
    totalMinor: netMinor + taxMinor,
  };
}
