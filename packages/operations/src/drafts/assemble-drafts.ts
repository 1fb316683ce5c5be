import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { InvoiceId, InvoiceLineId, ProjectId } from "@plumbline/domain/id";
import { billedMinutes } from "@plumbline/domain/rating/billed-minutes";
import { lineNet } from "@plumbline/domain/rating/line-net";
import { lineReason } from "@plumbline/domain/rating/line-reason";
import { summariseTax, type TaxTotal } from "@plumbline/domain/tax/tax-summary";
import { newId } from "@plumbline/platform/new-id";
import type { BookEngagement, RunBook } from "./run-book.ts";
import type { PricedEntry } from "./sort-work.ts";
import type { WorkEntry } from "./work-entry.ts";

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

export type DraftLine = {
  readonly id: InvoiceLineId;
  readonly position: number;
  readonly projectId: ProjectId;
  readonly description: string;
  readonly minutes: number;
  readonly priceMinor: bigint;
  readonly netMinor: bigint;
  readonly rateId: string;
  readonly because: string;
  readonly claims: readonly DraftClaim[];
};

export type DraftClaim = { readonly entry: WorkEntry; readonly billedMinutes: number };

type OpenLine = { readonly first: PricedEntry; readonly claims: DraftClaim[]; minutes: number };
type OpenDraft = {
  readonly terms: EngagementTerms;
  readonly engagement: BookEngagement;
  readonly engagements: Map<string, BookEngagement>;
  readonly lines: Map<string, OpenLine>;
};

/** Groups one client's billable work into drafts and lines. One rate and task of a project make a line. */
export function assembleDrafts(book: RunBook, billable: readonly PricedEntry[]): Draft[] {
  const ordered = billable.toSorted(byWork);
  const billed = billedMinutes(
    ordered.map(({ entry }) => entry),
    (index) => (ordered[index] as PricedEntry).terms.time.increment,
  );
  const drafts = new Map<string, OpenDraft>();
  for (const [index, priced] of ordered.entries()) {
    const line = lineFor(draftFor(drafts, priced), priced);
    const minutes = billed[index] as number;
    line.minutes += minutes;
    line.claims.push({ entry: priced.entry, billedMinutes: minutes });
  }
  return [...drafts.values()].map((draft) => closeDraft(book, draft));
}

/** Permuting the entries must change nothing, so they are taken in an order of their own. */
function byWork({ entry: left }: PricedEntry, { entry: right }: PricedEntry): number {
  return (
    compare(left.engagementId, right.engagementId) ||
    compare(left.projectId, right.projectId) ||
    compare(left.workedOn, right.workedOn) ||
    compare(left.id, right.id)
  );
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function draftFor(drafts: Map<string, OpenDraft>, { engagement, entry, terms }: PricedEntry): OpenDraft {
  const { entityId, payerId, currency, tax, profileId, order, grouping } = engagement;
  const group = grouping === "client" ? "" : grouping === "engagement" ? engagement.id : entry.projectId;
  const key = `${entityId}|${payerId}|${currency}|${tax.category}|${tax.basisPoints}|${profileId}|${order?.id ?? ""}|${group}`;
  let draft = drafts.get(key);
  if (draft === undefined) {
    draft = { terms, engagement, engagements: new Map(), lines: new Map() };
    drafts.set(key, draft);
  }
  draft.engagements.set(engagement.id, engagement);
  return draft;
}

function lineFor(draft: OpenDraft, priced: PricedEntry): OpenLine {
  const key = `${priced.entry.projectId}|${priced.choice.rate.id}|${priced.entry.task}|${priced.role}`;
  let line = draft.lines.get(key);
  if (line === undefined) {
    line = { first: priced, claims: [], minutes: 0 };
    draft.lines.set(key, line);
  }
  return line;
}

function closeDraft(book: RunBook, { engagement, engagements, terms, lines: open }: OpenDraft): Draft {
  const lines = [...open.values()].map((line, index) => closeLine(book, line, index + 1));
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

function closeLine(book: RunBook, line: OpenLine, position: number): DraftLine {
  const { entry, role, choice } = line.first;
  const forPerson = choice.rate.workerId !== undefined ? book.workerNames.get(entry.workerId) : undefined;
  return {
    id: newId<"invoice-line">(),
    position,
    projectId: entry.projectId,
    description: [forPerson ?? role, entry.task].filter((part) => part !== "").join(" – "),
    minutes: line.minutes,
    priceMinor: choice.rate.priceMinor,
    netMinor: lineNet(line.minutes, choice.rate.priceMinor),
    rateId: choice.rate.id,
    because: lineReason(
      {
        choice,
        entries: line.claims.length,
        firstOn: entry.workedOn,
        lastOn: (line.claims.at(-1) as DraftClaim).entry.workedOn,
        workedMinutes: line.claims.reduce((sum, claim) => sum + claim.entry.minutes, 0),
        billedMinutes: line.minutes,
        increment: line.first.terms.time.increment,
      },
      line.first.engagement.language,
    ),
    claims: line.claims,
  };
}
